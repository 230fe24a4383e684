select id::text, account_id::text as account, scopes
from api_keys
where hash = %(hash)s
  and revoked_at is null
