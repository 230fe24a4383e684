update api_keys
set revoked_at = now()
where id = %(key)s::uuid
  and account_id = %(account)s::uuid
  and revoked_at is null
returning id::text
