-- name: settings
-- Groups of sketches need room; rows of one site and time lie together, so that reading them by
-- index costs little more than reading on; a plan suits one range and its filters alone.
select
    set_config('work_mem', '64MB', true),
    set_config('random_page_cost', '1.1', true),
    set_config('parallel_tuple_cost', '0.01', true),
    set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: site
select
    s.id::text,
    s.timezone,
    s.tracking_id,
    f.id as number,
    f.timezone as rolled_timezone,
    f.pace_limit,
    (select watermark from aggregation) as watermark
from site_members m
join sites s on s.id = m.site_id
left join fact_sites f on f.site_id = s.id
where m.account_id = %(account)s::uuid
  and (%(site)s::uuid is null or s.id = %(site)s::uuid)
order by s.created_at, s.id
limit 2

-- name: earliest
select min(start_at) as at
from periods
where site = %(site)s
  and span = 'day'

-- name: spans
select
    p.id,
    p.span = 'month',
    p.start_at,
    p.end_at,
    p.rolled_at is not null,
    p.sealed_at is not null,
    coalesce(r.visits, 0)
from periods p
left join rollups r on r.period = p.id and r.dimension = 0 and r.value = 0
where p.site = %(site)s
  and p.start_at < %(until)s
  and p.end_at > %(since)s
order by p.start_at

-- name: values_equal
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value = any(%(texts)s)

-- name: values_containing
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(prefix)s || '%%'
  and position(lower(%(text)s) in lower(substr(value, length(%(prefix)s) + 1))) > 0

-- name: values_like_spellings
-- Names in Punycode are always among them: their letters cannot be told here.
select id, substr(value, length(%(prefix)s) + 1) as value
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(prefix)s || '%%'
  and (substr(value, length(%(prefix)s) + 1) ~ %(pattern)s or value like '%%xn--%%')

-- name: values_like
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like any(%(patterns)s)

-- name: events
select
    h.at,
    h.event,
    h.kind,
    h.page,
    h.name,
    case when fast.visitor is null then h.bot else -2 end as bot,
    h.properties,
    one.value as visitor,
    {attributes}
from hits h
left join visitors one on one.id = h.visitor
left join contexts c on c.id = h.context
left join visits fast
    on fast.visitor = h.visitor
    and fast.start_at = h.visit_at
    and fast.pace > %(most_pace)s
where h.site = %(site)s
  and h.at >= greatest(%(since)s, %(after_at)s)
  and h.at < %(until)s
  and (h.at, h.event) > (%(after_at)s, %(after_key)s::uuid)
  and {selection}
order by h.at, h.event
limit %(limit)s

-- name: texts
select id, value
from dictionary
where id = any(%(ids)s)

-- name: watermark
select watermark
from aggregation

-- name: first_copies
select event, copy
from hits
where event = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)

-- name: conflicts
select count(*) as events
from conflicts
where site = %(site)s
  and at >= %(since)s
  and at < %(until)s
