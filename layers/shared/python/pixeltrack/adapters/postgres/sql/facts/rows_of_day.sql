-- The rollups of one day, from its hits and their visits. Numbers of dimensions are those of
-- `domain.dimensions.Rollup`. A cell is what one visit, or one visitor of a page, adds to a row;
-- one without a visitor adds none to the row's sketch.
with counted as materialized (
    select visitor, visit_at, kind, page, name
    from hits
    where site = %(site)s and at >= %(start_at)s and at < %(end_at)s and bot = 0 and kind < 3
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
            (10, referrer),
            (11, source),
            (12, channel),
            (13, utm_source),
            (14, utm_medium),
            (15, utm_campaign),
            (16, utm_term),
            (17, utm_content),
            (18, country),
            (19, region),
            (20, city),
            (21, browser),
            (22, os),
            (23, device),
            (24, screen),
            (25, language)
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
