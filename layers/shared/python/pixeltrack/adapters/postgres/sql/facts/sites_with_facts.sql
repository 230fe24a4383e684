select f.site_id::text as site, s.tracking_id, s.name
from fact_sites f
join sites s on s.id = f.site_id
order by f.id
