with used as (
    delete from one_time_tokens
    where hash = %(hash)s
      and purpose = 'confirm'
      and expires_at > %(now)s
    returning account_id
)
update accounts a
set confirmed_at = coalesce(a.confirmed_at, %(now)s)
from used
where a.id = used.account_id
returning a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at
