-- name: breakdown
with {selected},
{properties}
parts as ({parts}),
everyone as ({everyone}),
counted as (
    select
        cell,
        coalesce(
            distinct_members(array_agg(visitor) filter (where visitor is not null)), 0
        ) as visitors,
        sum(visits)::bigint as visits,
        sum(pageviews)::bigint as pageviews,
        sum(events)::bigint as events,
        sum(bounces)::bigint as bounces,
        sum(duration_ms)::bigint as duration_ms,
        sum(conversions)::bigint as conversions
    from parts
    where (%(has_none)s or cell <> 0)
      and (%(values)s::integer[] is null or cell = any(%(values)s))
    group by cell
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
    conversions,
    true as is_exact,
    count(*) over () as total,
    (select count(distinct visitor) from everyone) as visitors_of_all,
    true as is_all_exact
from counted
left join dictionary d on d.id = cell
order by visitors desc, visits desc, d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s

-- name: rolled_breakdown
-- Sketches are united for few values only: for those with most views and events, and for those
-- that could still come before the last row shown, since nobody is a visitor without either. A row
-- is exact where its sketch holds single values (types 1 and 2 of `hll`), and where it is kept in
-- every period that does not keep all values.
with {selected},
{properties}
parts as materialized ({parts}),
everyone as (
    select
        sketched_visitors(hll_union_agg(sketch)) as visitors,
        coalesce(hll_type(hll_union_agg(sketch)) <= 2, true) as is_exact
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
cut as materialized (
    select period
    from rolled
    where value = -1
),
sums as materialized (
    select
        cell,
        count(*) filter (where period in (select period from cut))
            = (select count(*) from cut) as is_kept,
        sum(visits)::bigint as visits,
        sum(pageviews)::bigint as pageviews,
        sum(events)::bigint as events,
        sum(bounces)::bigint as bounces,
        sum(duration_ms)::bigint as duration_ms,
        sum(pageviews + events)::bigint as most
    from (
        select null::integer as period, cell, visits, pageviews, events, bounces, duration_ms
        from parts
        union all
        select period, value, visits, pageviews, events, bounces, duration_ms
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
    is_exact and is_kept and cell <> -1 as is_exact,
    (select count(*) from sums) as total,
    (select visitors from everyone) as visitors_of_all,
    (select is_exact from everyone) and not exists (select from cut) as is_all_exact
from (select * from leaders union all select * from followers) sketched
join sums using (cell)
left join dictionary d on d.id = cell
order by cell = -1, visitors desc, visits desc, d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s

-- name: everyone
select visitor
from selected
where is_whole
  and slot >= 0
union all
select visitor
from crossing selected
cross join lateral ({hits}) hit
where hit_slot >= 0

-- name: united
select
    cell,
    coalesce(sketched_visitors(hll_union_agg(sketch)), 0) as visitors,
    coalesce(hll_type(hll_union_agg(sketch)) <= 2, true) as is_exact
from (
    select value as cell, visitors as sketch
    from rolled
    where value in (select cell from {cells})
    union all
    select cell, hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1)
    from parts
    where cell in (select cell from {cells})
    group by cell
) sketches
group by cell

-- name: of_held
-- A visit says how often each of its pages or names occurred, so its hits need not be read.
select
    cell,
    case when is_whole then visitor end as visitor,
    1 as visits,
    {views_held} as pageviews,
    {events_held} as events,
    bounces,
    duration_ms,
    conversions
from (
    select
        unnest(held) as cell,
        unnest(times) as times,
        is_whole,
        visitor,
        bounce as bounces,
        last_at - start_at as duration_ms,
        {is_converted} as conversions
    from selected
    where slot >= 0
) held
union all
select
    {hit_cell},
    visitor,
    0,
    {is_view},
    1 - {is_view},
    0,
    0,
    0
from crossing selected
cross join lateral ({hits}) hit
where hit_slot >= 0
  and kind = %(kind)s

-- name: of_properties
select
    cell,
    visitor,
    0 as visits,
    0 as pageviews,
    1 as events,
    0 as bounces,
    0 as duration_ms,
    0 as conversions
from properties
where slot >= 0
union all
select
    named.cell,
    null,
    1,
    0,
    0,
    bounce,
    last_at - start_at,
    {is_converted}
from (select distinct cell, visitor, visit_at from properties) named
join selected on selected.visitor = named.visitor and selected.start_at = named.visit_at
where slot >= 0

-- name: properties
select
    property as cell,
    visitor,
    start_at as visit_at,
    hit_slot as slot
from selected
cross join lateral ({hits}) hit
cross join lateral unnest(properties) property
join dictionary d on d.id = property
where is_named
  and name = %(name)s
  and d.value like %(prefix)s || '%%'
