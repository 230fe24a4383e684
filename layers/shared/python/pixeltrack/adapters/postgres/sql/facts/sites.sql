with asked as (
    select id, timezone
    from sites
    where id = any(%(sites)s::uuid[])
),
added as (
    insert into fact_sites (site_id, timezone)
    select id, timezone
    from asked
    where not exists (select from fact_sites f where f.site_id = asked.id)
    returning id, site_id, timezone
)
select id, site_id::text, timezone
from added
union all
select f.id, f.site_id::text, f.timezone
from fact_sites f
join asked on asked.id = f.site_id
