-- name: unrolled_day
-- The oldest of a site; sites take turns, so that the many days of one keep no other waiting.
with due as (
    select p.id as period, p.site, p.start_at, p.end_at, p.site <= a.rolled_site as had_its_turn
    from aggregation a
    cross join lateral (
        (
            select *
            from periods
            where rolled_at is null
              and span = 'day'
              and sealed_at is null
              and end_at <= %(closed_at)s
              and site > a.rolled_site
              and (%(site)s::integer is null or site = %(site)s)
            order by site, end_at, id
            limit 1
        )
        union all
        (
            select *
            from periods
            where rolled_at is null
              and span = 'day'
              and sealed_at is null
              and end_at <= %(closed_at)s
              and site <= a.rolled_site
              and (%(site)s::integer is null or site = %(site)s)
            order by site, end_at, id
            limit 1
        )
    ) p
)
select period, site, start_at, end_at
from due
order by had_its_turn
limit 1

-- name: unrolled_month
-- The oldest month that is over, all of whose days are rolled.
select m.id as period, m.site, m.day, (m.day + interval '1 month')::date as next_month
from periods m
where m.rolled_at is null
  and m.span = 'month'
  and m.end_at <= %(closed_at)s
  and (%(site)s::integer is null or m.site = %(site)s)
  and not exists (
      select
      from periods d
      where d.site = m.site
        and d.span = 'day'
        and d.day >= m.day
        and d.day < m.day + interval '1 month'
        and d.rolled_at is null
  )
order by m.end_at, m.id
limit 1

-- name: invalidate_month
-- The month of a day that is about to be rolled.
with invalid as (
    update periods m
    set rolled_at = null
    from periods d
    where d.id = %(period)s
      and m.site = d.site
      and m.span = 'month'
      and m.day = date_trunc('month', d.day)::date
    returning m.id
)
delete from rollups r
using invalid
where r.period = invalid.id

-- name: delete_rollups
delete from rollups where period = any(%(periods)s)

-- name: roll
insert into rollups
    (period, dimension, value, visits, pageviews, events, bounces, duration_ms, visitors)
select %(period)s, r.*
from ({rows}) r

-- name: mark_rolled
with rolled as (
    update periods set rolled_at = %(now_ms)s where id = %(period)s returning site
)
update aggregation a set rolled_site = rolled.site from rolled

-- name: differing_rollups
-- Rows of a period that differ from what its facts, or its days, add up to.
with fresh as materialized (
    {rows}
),
kept as (
    select * from rollups where period = %(period)s
)
select count(*) as rows
from fresh
full join kept using (dimension, value)
where (fresh.visits, fresh.pageviews, fresh.events, fresh.bounces, fresh.duration_ms)
    is distinct from
    (kept.visits, kept.pageviews, kept.events, kept.bounces, kept.duration_ms)
   or fresh.visitors is distinct from kept.visitors

-- name: rows_of_day
-- The rollups of one day, from its hits and their visits. Numbers of dimensions are those of
-- `facts.dimensions`. A cell is what one visit, or one visitor of a page, adds to a row; one
-- without a visitor adds none to the row's sketch. Visits above the site's pace are a bot's.
with fast as materialized (
    select v.visitor, v.start_at
    from fact_sites f
    join visits v on v.site = f.id
    where f.id = %(site)s
      and f.pace_limit > 0
      and v.pace > 0
      and v.pace > f.pace_limit
      and v.start_at > %(start_at)s - 86400000
      and v.start_at < %(end_at)s
),
counted as materialized (
    select visitor, visit_at, kind, page, name
    from hits
    where site = %(site)s
      and at >= %(start_at)s
      and at < %(end_at)s
      and bot = 0
      and kind < 3
      and (visitor, visit_at) not in (select visitor, start_at from fast)
),
parts as materialized (
    select
        v.*,
        here.pageviews as views_here,
        here.events as events_here,
        (v.start_at >= %(start_at)s)::integer as visit,
        (v.pageviews = 1 and v.events = 0)::integer as bounce,
        case when v.start_at >= %(start_at)s then v.last_at - v.start_at else 0 end as duration_ms
    from (
        select
            visitor,
            visit_at,
            count(*) filter (where kind = 1) as pageviews,
            count(*) filter (where kind = 2) as events
        from counted
        group by visitor, visit_at
    ) here
    join visits v on v.visitor = here.visitor and v.start_at = here.visit_at
),
links as materialized (
    select
        case name.value when 'outbound' then 7 else 8 end as dimension,
        url.id as value,
        h.visitor,
        h.visit_at,
        h.at
    from dictionary name
    join hits h on h.name = name.id
    cross join lateral unnest(h.properties) property
    join dictionary url on url.id = property
    where name.site = %(site)s
      and name.kind = 2
      and name.value in ('outbound', 'download')
      and h.site = %(site)s
      and h.at >= %(start_at)s
      and h.at < %(end_at)s + 86400000
      and h.bot = 0
      and h.kind = 2
      and (h.visitor, h.visit_at) not in (select visitor, start_at from fast)
      and url.value like 'url=%%'
),
cells as materialized (
    select
        of.dimension,
        of.value,
        visitor,
        visit as visits,
        views_here as pageviews,
        events_here as events,
        bounce as bounces,
        duration_ms
    from parts
    cross join lateral (
        values
            (0, 0),
            (5, entry_page),
            (6, exit_page),
            {attributes}
    ) of (dimension, value)
    union all
    select 1, page, visitor, 0, count(*), 0, 0, 0
    from counted
    where kind = 1
    group by page, visitor
    union all
    select 1, page, null, 1, 0, 0, bounce, duration_ms
    from parts
    cross join lateral unnest(pages) page
    where visit = 1
    union all
    select 2, name, visitor, 0, 0, count(*), 0, 0
    from counted
    where kind = 2
    group by name, visitor
    union all
    select 2, name, null, 1, 0, 0, bounce, duration_ms
    from parts
    cross join lateral unnest(names) name
    where visit = 1
    union all
    select dimension, value, visitor, 0, 0, count(*), 0, 0
    from links
    where at < %(end_at)s
    group by dimension, value, visitor
    union all
    select links.dimension, links.value, null, 1, 0, 0, parts.bounce, parts.duration_ms
    from (select distinct dimension, value, visitor, visit_at from links) links
    join parts on parts.visitor = links.visitor and parts.start_at = links.visit_at
    where parts.visit = 1
    union all
    select 4, bot, null, 0, 0, count(*), 0, 0
    from hits
    where site = %(site)s and at >= %(start_at)s and at < %(end_at)s and bot <> 0 and kind < 3
    group by bot
    union all
    select 4, -2, null, 0, 0, count(*), 0, 0
    from fast
    join hits h on h.visitor = fast.visitor and h.visit_at = fast.start_at
    where h.at >= %(start_at)s and h.at < %(end_at)s and h.kind < 3
    having count(*) > 0
),
ranked as materialized (
    select
        summed.dimension,
        summed.value,
        row_number() over (
            partition by summed.dimension
            order by visits desc, pageviews desc, events desc, d.value collate "C" nulls first
        ) as rank
    from (
        select
            dimension,
            value,
            sum(visits) as visits,
            sum(pageviews) as pageviews,
            sum(events) as events
        from cells
        group by dimension, value
    ) summed
    left join dictionary d on d.id = summed.value
)
select
    cells.dimension,
    case when ranked.rank <= %(most_values)s then cells.value else -1 end as value,
    sum(visits)::integer as visits,
    sum(pageviews)::integer as pageviews,
    sum(events)::integer as events,
    sum(bounces)::integer as bounces,
    sum(duration_ms)::bigint as duration_ms,
    hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1) as visitors
from cells
join ranked on ranked.dimension = cells.dimension and ranked.value = cells.value
group by 1, 2

-- name: rows_of_month
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

-- name: sort_to_group
-- A sketch takes 128 KiB while it grows: one at a time in sorted groups, never one a group at once.
set local enable_hashagg = off
