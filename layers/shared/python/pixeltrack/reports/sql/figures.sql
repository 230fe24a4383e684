-- name: totals
-- Points and, as slot -1, the whole. What has a part from rollups takes its visitors from sketches.
with selected as materialized ({selected}),
parts as ({parts}),
pieces as (
    select
        cell,
        false as is_rolled,
        count(distinct visitor) as visitors,
        sum(visits) as visits,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(bounces) as bounces,
        sum(duration_ms) as duration_ms,
        hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1) filter (where %(is_sketched)s)
            as sketch
    from parts
    group by cell
    union all
    select
        span.slot,
        true,
        0,
        r.visits,
        r.pageviews,
        r.events,
        r.bounces,
        r.duration_ms,
        r.visitors
    from unnest(%(spans)s::integer[], %(span_slots)s::integer[]) as span (id, slot)
    join rollups r on r.period = span.id and r.dimension = 0
)
select
    coalesce(cell, -1) as slot,
    case
        when bool_or(is_rolled) then sketched_visitors(hll_union_agg(sketch))
        when cell is null then (select count(distinct visitor) from parts)
        else sum(visitors)::bigint
    end as visitors,
    sum(visits)::bigint as visits,
    sum(pageviews)::bigint as pageviews,
    sum(events)::bigint as events,
    sum(bounces)::bigint as bounces,
    sum(duration_ms)::bigint as duration_ms
from pieces
group by grouping sets ((cell), ())

-- name: bots
select coalesce(d.value, '') as reason, sum(events)::bigint as events
from (
    select bot, count(*) as events
    from hits
    where site = %(site)s
      and at >= %(since)s
      and at < %(until)s
      and bot <> 0
      and kind < 3
      and (%(slots)s::integer[])[width_bucket(at, %(edges)s::bigint[])] >= 0
    group by bot
    union all
    select value, sum(events)
    from rollups
    where period = any(%(spans)s)
      and dimension = 4
    group by value
) counted
left join dictionary d on d.id = bot
group by reason
order by events desc, reason

-- name: selected
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
from selected
cross join lateral ({hits}) hit
where not is_whole
  and hit_slot >= 0

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
