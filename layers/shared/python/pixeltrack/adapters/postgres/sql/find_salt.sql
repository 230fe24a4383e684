select salt
from visitor_salts
where site_id = %(site)s::uuid
  and day = %(day)s
  and created_at > now() - interval '48 hours'
