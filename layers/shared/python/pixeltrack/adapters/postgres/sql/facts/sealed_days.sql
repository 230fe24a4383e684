select count(*) as days
from periods p
join fact_sites f on f.id = p.site
where f.site_id = %(site)s::uuid
  and p.span = 'day'
  and p.sealed_at is not null
  and p.start_at <= %(until)s
