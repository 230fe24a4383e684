insert into api_keys as kept (account_id, name, prefix, hash, scopes)
select id, %(name)s, %(prefix)s, %(hash)s, %(scopes)s::text[]
from accounts
where id = %(account)s::uuid
for key share
on conflict (hash) do update set hash = kept.hash
returning id::text, name, prefix, scopes, created_at
