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
