-- name: add_api_key
insert into api_keys as kept (account_id, name, prefix, hash, scopes)
-- The log-in is locked, so that a key is made either before it ends or not at all.
select a.id, %(name)s, %(prefix)s, %(hash)s, %(scopes)s::text[]
from accounts a
join refresh_families f on f.account_id = a.id
where a.id = %(account)s::uuid
  and a.confirmed_at is not null
  and f.id = %(log_in)s::uuid
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

-- name: revoke_api_keys
update api_keys
set revoked_at = now()
where account_id = %(account)s::uuid
  and revoked_at is null
