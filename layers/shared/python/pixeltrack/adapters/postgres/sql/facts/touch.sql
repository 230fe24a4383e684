with touched as (
    select *
    from unnest(
        %(spans)s::text[], %(sites)s::integer[], %(days)s::date[],
        %(starts)s::bigint[], %(ends)s::bigint[], %(imports)s::bigint[]
    ) as touched (span, site, day, start_at, end_at, imported_at)
),
changed as (
    update periods p
    set rolled_at = null,
        imported_at = greatest(p.imported_at, touched.imported_at)
    from touched
    where p.site = touched.site
      and p.span = touched.span
      and p.day = touched.day
      and p.sealed_at is null
      and (p.rolled_at is not null or p.imported_at is distinct from
           greatest(p.imported_at, touched.imported_at))
    returning p.id
),
voided as (
    delete from rollups r
    using changed
    where r.period = changed.id
)
insert into periods (site, span, day, start_at, end_at, imported_at)
select site, span, day, start_at, end_at, imported_at
from touched
where not exists (
    select
    from periods p
    where p.site = touched.site
      and p.span = touched.span
      and p.day = touched.day
)
