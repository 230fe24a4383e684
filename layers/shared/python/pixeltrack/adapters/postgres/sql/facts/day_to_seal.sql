-- The oldest day that is rolled and whose retention, as of the last sweep, has passed since its
-- end and since the last import into it.
select p.id as period, p.site, p.start_at, p.end_at
from periods p
join fact_sites f on f.id = p.site
join sites s on s.id = f.site_id
cross join aggregation a
where p.span = 'day'
  and p.sealed_at is null
  and p.rolled_at is not null
  and greatest(p.end_at, p.imported_at) + s.retention_days * 86400000::bigint <= a.swept_at
order by p.end_at, p.id
limit 1
