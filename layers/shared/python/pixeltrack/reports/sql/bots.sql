-- name: bots_hits
-- Hits that say they are a bot's, and those of visits above the site's pace, whose reason is -2.
select visitor, kind, page, name, bot, context
from hits
where site = %(site)s
  and at >= %(since)s
  and at < %(until)s
  and bot <> 0
  and kind < 3
  and (%(slots)s::integer[])[width_bucket(at, %(edges)s::bigint[])] >= 0
union all
select h.visitor, h.kind, h.page, h.name, -2, h.context
from visits v
join hits h
    on h.visitor = v.visitor
    and h.at >= v.start_at
    and h.at <= v.last_at
    and h.visit_at = v.start_at
where v.site = %(site)s
  and v.start_at >= %(since)s::bigint - 86400000
  and v.start_at < %(until)s
  and v.last_at >= %(since)s
  and v.pace > 0
  and v.pace > %(most_pace)s
  and h.kind < 3
  and h.at >= %(since)s
  and h.at < %(until)s
  and (%(slots)s::integer[])[width_bucket(h.at, %(edges)s::bigint[])] >= 0

-- name: bots
select
    case when bot = -2 then 'pace' else coalesce(d.value, '') end as reason,
    sum(events)::bigint as events
from (
    select bot, count(*) as events
    from ({hits}) hits
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

-- name: bot_rows
with bots as materialized ({hits}),
counted as (
    select
        {cell} as cell,
        count(distinct b.visitor) as visitors,
        count(*) filter (where b.kind = 1) as pageviews,
        count(*) filter (where b.kind = 2) as events
    from bots b
    left join contexts c on c.id = b.context
    where (%(reasons)s::integer[] is null or b.bot = any(%(reasons)s))
      and {only}
    group by 1
)
select cell as id, d.value, visitors, pageviews, events, count(*) over () as total
from counted
left join dictionary d on d.id = cell
order by pageviews + events desc, d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s
