with expired as (
    delete from one_time_tokens
    where hash in (
        select hash from one_time_tokens where expires_at <= %(now)s for update skip locked
    )
)
insert into one_time_tokens (hash, purpose, account_id, expires_at)
select %(hash)s, %(purpose)s, id, %(until)s
from accounts
where id = %(account)s::uuid
for key share
on conflict (hash) do nothing
