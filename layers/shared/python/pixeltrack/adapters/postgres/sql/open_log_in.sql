with expired as (
    delete from refresh_families
    where id in (
        select id from refresh_families where expires_at <= %(now)s for update skip locked
    )
),
opened as (
    insert into refresh_families (id, account_id, created_at, expires_at)
    select %(family)s::uuid, id, %(now)s, %(until)s
    from accounts
    where id = %(account)s::uuid
    for key share
    on conflict (id) do nothing
    returning id
)
insert into refresh_tokens (hash, family_id, expires_at)
select %(hash)s, id, %(until)s
from opened
