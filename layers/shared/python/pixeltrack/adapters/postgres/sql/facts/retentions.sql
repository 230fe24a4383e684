-- Every site that has facts and is not deleted.
select f.id as number, f.site_id::text as site, s.retention_days
from fact_sites f
join sites s on s.id = f.site_id
order by f.id
