select id::text, name, prefix, scopes, created_at
from api_keys
where account_id = %(account)s::uuid
  and revoked_at is null
order by created_at, id
