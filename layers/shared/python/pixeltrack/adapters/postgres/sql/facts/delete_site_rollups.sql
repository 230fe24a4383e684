with removed as (
    delete from periods p
    using fact_sites f
    where f.id = p.site
      and f.site_id = %(site)s::uuid
    returning p.id
)
delete from rollups r
using removed
where r.period = removed.id
