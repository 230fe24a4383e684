with used as (
    select account_id
    from one_time_tokens
    where hash = %(hash)s
      and purpose = 'reset'
      and expires_at > %(now)s
    for update
),
spent as (
    delete from one_time_tokens t
    using used
    where t.account_id = used.account_id and t.purpose = 'reset'
    returning t.account_id
),
ended as (
    delete from refresh_families f
    using used
    where f.account_id = used.account_id
)
update accounts a
set password_hash = %(password_hash)s, confirmed_at = coalesce(a.confirmed_at, %(now)s)
from used
where a.id = used.account_id
returning a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at
