-- name: totals
-- Points and, as slot -1, the whole. What has a part from rollups takes its visitors from sketches,
-- which are exact as long as they hold single values: types 1 (empty) and 2 (explicit) of `hll`.
with {selected},
pieces as (
    select
        cell,
        false as is_rolled,
        distinct_members(array_agg(visitor)) as visitors,
        sum(visits) as visits,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(bounces) as bounces,
        sum(duration_ms) as duration_ms,
        hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1) filter (where %(is_sketched)s)
            as sketch
    from ({parts}) parts
    group by grouping sets ((cell), ())
    having count(*) > 0
    union all
    select
        span.slot,
        true,
        0,
        sum(r.visits),
        sum(r.pageviews),
        sum(r.events),
        sum(r.bounces),
        sum(r.duration_ms),
        hll_union_agg(r.visitors)
    from unnest(%(spans)s::integer[], %(span_slots)s::integer[]) as span (id, slot)
    join rollups r on r.period = span.id and r.dimension = 0
    group by grouping sets ((span.slot), ())
    having count(*) > 0
)
select
    coalesce(cell, -1) as slot,
    case
        when bool_or(is_rolled) then sketched_visitors(hll_union_agg(sketch))
        else sum(visitors)::bigint
    end as visitors,
    not bool_or(is_rolled) or hll_type(hll_union_agg(sketch)) <= 2 as is_exact,
    sum(visits)::bigint as visits,
    sum(pageviews)::bigint as pageviews,
    sum(events)::bigint as events,
    sum(bounces)::bigint as bounces,
    sum(duration_ms)::bigint as duration_ms
from pieces
group by cell

-- name: selected
-- Visits that fit, and those among them that cross an edge. Where all of a range fit, reading them
-- again takes less time than passing them on through a table of the query's own.
selected as {kept} (
    select
        v.visitor,
        v.start_at,
        v.last_at,
        v.pageviews,
        v.events,
        (v.pageviews = 1 and v.events = 0)::integer as bounce,
        (%(slots)s::integer[])[width_bucket(v.start_at, %(edges)s::bigint[])] as slot,
        width_bucket(v.start_at, %(edges)s::bigint[])
            = width_bucket(v.last_at, %(edges)s::bigint[]) as is_whole,
        {columns}
    from visits v
    where v.site = %(site)s
      and v.start_at >= %(since)s::bigint - 86400000
      and v.start_at < %(until)s
      and v.last_at >= %(since)s
      and {selection}
),
crossing as materialized ({crossing})

-- name: crossing
select *
from selected
where not is_whole

-- name: crossing_of_all
-- A visit takes less than a day: each is looked for before the first edge that it crosses.
select v.visitor, v.start_at, v.last_at, {columns}
from unnest(%(edges)s::bigint[], array_prepend(null, %(edges)s::bigint[])) as cut (edge, before)
join visits v
    on v.site = %(site)s
    and v.start_at >= greatest(before, edge - 86400000)
    and v.start_at < edge
    and v.last_at >= edge
    and {selection}

-- name: of_visits
select
    {visit_cell} as cell,
    visitor,
    1 as visits,
    case when is_whole then pageviews else 0 end as pageviews,
    case when is_whole then events else 0 end as events,
    bounce as bounces,
    last_at - start_at as duration_ms,
    {is_converted} as conversions
from selected
where slot >= 0
union all
select
    {hit_cell},
    visitor,
    0,
    (kind = 1)::integer,
    (kind = 2)::integer,
    0,
    0,
    0
from crossing selected
cross join lateral ({hits}) hit
where hit_slot >= 0

-- name: hits_of_visit
-- By index, visit for visit: few visits cross an edge, which the planner cannot know.
select
    h.kind,
    h.page,
    h.name,
    h.properties,
    (%(slots)s::integer[])[width_bucket(h.at, %(edges)s::bigint[])] as hit_slot
from hits h
where h.visitor = selected.visitor
  and h.at >= selected.start_at
  and h.at <= selected.last_at
  and h.visit_at = selected.start_at
  and h.kind < 3
offset 0
-- name: conversions
select {conversions}
from visits v
where v.site = %(site)s
  and v.start_at >= %(since)s
  and v.start_at < %(until)s
  and (%(slots)s::integer[])[width_bucket(v.start_at, %(edges)s::bigint[])] >= 0
  and {selection}

-- name: rolled_conversions
select asked.n::integer as n, sum(r.visits)::bigint as visits
from unnest(%(dimensions)s::smallint[], %(values)s::integer[])
    with ordinality as asked (dimension, value, n)
join rollups r
    on r.period = any(%(spans)s)
    and r.dimension = asked.dimension
    and r.value = asked.value
group by asked.n

-- name: is_cut
select exists (
    select
    from rollups
    where period = any(%(spans)s)
      and dimension = %(dimension)s
      and value = -1
) as is_cut
