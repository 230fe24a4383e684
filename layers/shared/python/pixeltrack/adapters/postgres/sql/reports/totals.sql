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
