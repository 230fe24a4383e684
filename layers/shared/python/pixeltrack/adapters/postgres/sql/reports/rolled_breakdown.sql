-- Sketches are united for few values only: for those with most views and events, and for those
-- that could still come before the last row shown, since nobody is a visitor without either.
with selected as materialized ({selected}),
{properties}
parts as materialized ({parts}),
everyone as (
    select sketched_visitors(hll_union_agg(sketch)) as visitors
    from (
        select hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1) as sketch
        from ({everyone}) everyone
        union all
        select visitors
        from rollups
        where period = any(%(spans)s)
          and dimension = 0
    ) sketches
),
rolled as materialized (
    select r.*
    from rollups r
    where r.period = any(%(spans)s)
      and r.dimension = %(dimension)s
),
sums as materialized (
    select
        cell,
        sum(visits)::bigint as visits,
        sum(pageviews)::bigint as pageviews,
        sum(events)::bigint as events,
        sum(bounces)::bigint as bounces,
        sum(duration_ms)::bigint as duration_ms,
        sum(pageviews + events)::bigint as most
    from (
        select cell, visits, pageviews, events, bounces, duration_ms
        from parts
        union all
        select value, visits, pageviews, events, bounces, duration_ms
        from rolled
    ) pieces
    where %(has_none)s or cell <> 0
    group by cell
),
likely as materialized (
    select cell
    from sums
    order by most desc
    limit 2 * (%(limit)s + %(offset)s)
),
leaders as materialized (
    {leaders}
),
bar as (
    select visitors
    from leaders
    where cell <> -1
    order by visitors desc
    offset %(limit)s + %(offset)s - 1
    limit 1
),
possible as materialized (
    select cell
    from sums
    where cell not in (select cell from likely)
      and most * 1.1 >= coalesce((select visitors from bar), 0)
),
followers as (
    {followers}
)
select
    cell as id,
    substr(d.value, length(%(prefix)s) + 1) as value,
    visitors,
    visits,
    pageviews,
    events,
    bounces,
    duration_ms,
    0 as conversions,
    (select count(*) from sums) as total,
    (select visitors from everyone) as visitors_of_all
from (select * from leaders union all select * from followers) sketched
join sums using (cell)
left join dictionary d on d.id = cell
order by cell = -1, visitors desc, visits desc, d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s
