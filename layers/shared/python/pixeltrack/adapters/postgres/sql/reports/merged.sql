per_visitor as (
    select
        cell,
        visitor,
        sum(visits) as visits,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(bounces) as bounces,
        sum(duration_ms) as duration_ms,
        sum(conversions) as conversions
    from parts
    group by cell, visitor
),
facts as (
    select
        cell,
        count(visitor) as visitors,
        sum(visits) as visits,
        sum(pageviews) as pageviews,
        sum(events) as events,
        sum(bounces) as bounces,
        sum(duration_ms) as duration_ms,
        sum(conversions) as conversions,
        hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1) filter (where %(is_sketched)s)
            as sketch
    from per_visitor
    group by cell
),
rolled as (
    select
        {rolled_cell} as cell,
        r.visits,
        r.pageviews,
        r.events,
        r.bounces,
        r.duration_ms,
        r.visitors as sketch
    from unnest(%(spans)s::integer[], %(span_slots)s::integer[]) as span (id, slot)
    join rollups r on r.period = span.id and r.dimension = %(dimension)s
),
merged as (
    select
        cell,
        case
            when bool_or(is_rolled) then round(hll_cardinality(hll_union_agg(sketch)))::bigint
            else sum(visitors)::bigint
        end as visitors,
        sum(visits)::bigint as visits,
        sum(pageviews)::bigint as pageviews,
        sum(events)::bigint as events,
        sum(bounces)::bigint as bounces,
        sum(duration_ms)::bigint as duration_ms,
        sum(conversions)::bigint as conversions
    from (
        select
            cell, visitors, visits, pageviews, events, bounces, duration_ms, conversions, sketch,
            false as is_rolled
        from facts
        union all
        select
            cell, 0, visits, pageviews, events, bounces, duration_ms, 0, sketch, true
        from rolled
    ) pieces
    group by {grouping}
)
