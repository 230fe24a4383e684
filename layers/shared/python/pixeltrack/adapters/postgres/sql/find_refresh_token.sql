select f.id::text as family, f.account_id::text as account, t.rotated_at
from refresh_tokens t
join refresh_families f on f.id = t.family_id
where t.hash = %(hash)s
  and t.expires_at > %(now)s
