-- The rollups of one month, from those of its days.
insert into rollups
    (period, dimension, value, visits, pageviews, events, bounces, duration_ms, visitors)
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
    %(period)s,
    daily.dimension,
    case when ranked.rank <= %(most_values)s then daily.value else -1 end as kept,
    sum(visits),
    sum(pageviews),
    sum(events),
    sum(bounces),
    sum(duration_ms),
    hll_union_agg(visitors)
from daily
join ranked on ranked.dimension = daily.dimension and ranked.value = daily.value
group by daily.dimension, kept
