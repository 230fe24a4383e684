-- name: add_api_key
insert into api_keys as kept (account_id, name, prefix, hash, scopes)
select id, %(name)s, %(prefix)s, %(hash)s, %(scopes)s::text[]
from accounts
where id = %(account)s::uuid
for key share
on conflict (hash) do update set hash = kept.hash
returning id::text, name, prefix, scopes, created_at

-- name: find_api_key
select id::text, account_id::text as account, scopes
from api_keys
where hash = %(hash)s
  and revoked_at is null

-- name: keys_of_account
select id::text, name, prefix, scopes, created_at
from api_keys
where account_id = %(account)s::uuid
  and revoked_at is null
order by created_at, id

-- name: revoke_api_key
update api_keys
set revoked_at = now()
where id = %(key)s::uuid
  and account_id = %(account)s::uuid
  and revoked_at is null
returning id::text
