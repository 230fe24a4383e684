with expired as (
    delete from one_time_tokens
    where hash in (
        select hash from one_time_tokens where expires_at <= %(now)s for update skip locked
    )
)
insert into one_time_tokens (hash, purpose, account_id, expires_at)
values (%(hash)s, %(purpose)s, %(account)s::uuid, %(until)s)
on conflict (hash) do nothing
