-- The rollups of one month, from those of its days.
with daily as materialized (
    select r.*
    from periods d
    join rollups r on r.period = d.id
    where d.site = %(site)s
      and d.span = 'day'
      and d.day >= %(day)s
      and d.day < %(next_month)s
),
ranked as materialized (
    select
        summed.dimension,
        summed.value,
        row_number() over (
            partition by summed.dimension
            order by
                summed.value = -1,
                visits desc,
                pageviews desc,
                events desc,
                d.value collate "C" nulls first
        ) as rank
    from (
        select
            dimension,
            value,
            sum(visits) as visits,
            sum(pageviews) as pageviews,
            sum(events) as events
        from daily
        group by dimension, value
    ) summed
    left join dictionary d on d.id = summed.value
)
select
    daily.dimension,
    case when ranked.rank <= %(most_values)s then daily.value else -1 end as value,
    sum(visits)::integer as visits,
    sum(pageviews)::integer as pageviews,
    sum(events)::integer as events,
    sum(bounces)::integer as bounces,
    sum(duration_ms)::bigint as duration_ms,
    hll_union_agg(visitors) as visitors
from daily
join ranked on ranked.dimension = daily.dimension and ranked.value = daily.value
group by 1, 2
