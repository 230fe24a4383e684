select v.id, v.site, f.site_id::text, f.timezone
from visitors v
join fact_sites f on f.id = v.site
where v.digest = any(%(keys)s::uuid[])
