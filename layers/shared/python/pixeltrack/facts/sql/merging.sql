-- name: lock
select pg_try_advisory_xact_lock(%(lock)s) as locked

-- name: progress
select watermark, swept_at, generation
from aggregation

-- name: first_site_at
select floor(extract(epoch from min(created_at)) * 1000)::bigint as at
from sites

-- name: advance
update aggregation
set watermark = greatest(watermark, %(watermark)s)

-- name: swept
update aggregation
set swept_at = greatest(swept_at, %(at)s)

-- name: turn_back
with last as (
    select coalesce(max(stored_at), 0) as at
    from applied_buckets
    where stored_at <= %(now_ms)s
)
update aggregation
set watermark = case when watermark > %(now_ms)s then last.at else watermark end,
    swept_at = case when swept_at > %(now_ms)s then last.at else swept_at end
from last

-- name: sites
with asked as (
    select id, timezone, pace_limit
    from sites
    where id = any(%(sites)s::uuid[])
),
added as (
    insert into fact_sites (site_id, timezone, pace_limit)
    select id, timezone, pace_limit
    from asked
    where not exists (select from fact_sites f where f.site_id = asked.id)
    returning id, site_id, timezone
)
select id, site_id::text, timezone
from added
union all
select f.id, f.site_id::text, f.timezone
from fact_sites f
join asked on asked.id = f.site_id

-- name: sealed
select p.site, p.start_at, p.end_at
from unnest(%(sites)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[])
    as asked (site, first_at, last_at)
join periods p on p.site = asked.site
where p.span = 'day'
  and p.sealed_at is not null
  and p.start_at <= asked.last_at
  and p.end_at > asked.first_at

-- name: applied
select digest
from applied_buckets
where digest = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)

-- name: unapply
delete from applied_buckets
where digest = any(%(keys)s::uuid[])

-- name: visitor_ids
with asked as (
    select encode(key, 'hex')::uuid as digest, site, value, imported
    from unnest(
        %(keys)s::bytea[], %(sites)s::integer[], %(values)s::text[], %(imported)s::boolean[]
    ) as asked (key, site, value, imported)
),
found as (
    select v.digest, v.id
    from asked
    join visitors v using (digest)
),
added as (
    insert into visitors (site, digest, value, imported)
    select site, digest, value, imported
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id, false
from found
union all
select digest, id, true
from added

-- name: value_ids
with asked as (
    select encode(key, 'hex')::uuid as digest, site, kind, value
    from unnest(
        %(keys)s::bytea[], %(sites)s::integer[], %(kinds)s::smallint[], %(values)s::text[]
    ) as asked (key, site, kind, value)
),
found as (
    select d.digest, d.id
    from asked
    join dictionary d using (digest)
),
named_again as (
    -- An erasure that took it for unused leaves it alone: see `facts/words.py`.
    delete from word_marks m
    using asked
    where m.digest = asked.digest
),
added as (
    insert into dictionary (site, kind, digest, value)
    select site, kind, digest, value
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id
from found
union all
select digest, id
from added

-- name: context_ids
with asked as (
    select encode(key, 'hex')::uuid as digest, asked.*
    from unnest(
        %(keys)s::bytea[],
        %(sites)s::integer[],
        {given}
    ) as asked (
        key, site, {attributes}
    )
),
found as (
    select c.digest, c.id
    from asked
    join contexts c using (digest)
),
named_again as (
    -- An erasure that took it for unused leaves it alone: see `facts/words.py`.
    delete from word_marks m
    using asked
    where m.digest = asked.digest
),
added as (
    insert into contexts (
        digest, site, {attributes}
    )
    select digest, site, {attributes}
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id
from found
union all
select digest, id
from added

-- name: contexts
select id, {attributes}
from contexts
where id = any(%(ids)s::integer[])

-- name: values_of
select id, value
from dictionary
where id = any(%(ids)s::integer[])

-- name: mark_conflicts
insert into conflicts (event, site, at)
select encode(key, 'hex')::uuid, site, at
from unnest(%(keys)s::bytea[], %(sites)s::integer[], %(ats)s::bigint[]) as found (key, site, at)
on conflict do nothing

-- name: hits
select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from hits h
where h.event = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)

-- name: hits_since
select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
join hits h on h.visitor = asked.visitor and h.at >= asked.at

-- name: tails
select asked.visitor, latest.at, v.site, v.visitor, v.start_at, v.last_at, v.pageviews, v.events, v.entry_page, v.exit_page,
       v.context, v.pages, v.names, v.pace, v.page_views, v.name_events
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
cross join lateral (
    select h.at
    from hits h
    where h.visitor = asked.visitor
    order by h.at desc
    limit 1
) as latest
left join lateral (
    select *
    from visits v
    where v.visitor = asked.visitor
      and v.start_at < asked.at
    order by v.start_at desc
    limit 1
) as v on true

-- name: visits_since
select v.site, v.visitor, v.start_at, v.last_at, v.pageviews, v.events, v.entry_page, v.exit_page,
       v.context, v.pages, v.names, v.pace, v.page_views, v.name_events
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
join visits v on v.visitor = asked.visitor and v.start_at >= asked.at

-- name: remove_hits
delete from hits
where event = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)

-- name: move_hits
update hits h
set visit_at = moved.visit_at
from (
    select encode(key, 'hex')::uuid as event, visit_at
    from unnest(%(keys)s::bytea[], %(visit_ats)s::bigint[]) as moved (key, visit_at)
) as moved
where h.event = moved.event

-- name: remove_visits
delete from visits v
using unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
where v.visitor = asked.visitor
  and v.start_at >= asked.at

-- name: zones
select id, timezone
from fact_sites
where id = any(%(sites)s::integer[])

-- name: touch
with touched as (
    select *
    from unnest(
        %(spans)s::text[], %(sites)s::integer[], %(days)s::date[],
        %(starts)s::bigint[], %(ends)s::bigint[], %(imports)s::bigint[]
    ) as touched (span, site, day, start_at, end_at, imported_at)
),
changed as (
    update periods p
    set rolled_at = null,
        imported_at = greatest(p.imported_at, touched.imported_at)
    from touched
    where p.site = touched.site
      and p.span = touched.span
      and p.day = touched.day
      and p.sealed_at is null
      and (p.rolled_at is not null or p.imported_at is distinct from
           greatest(p.imported_at, touched.imported_at))
    returning p.id
),
invalid as (
    delete from rollups r
    using changed
    where r.period = changed.id
)
insert into periods (site, span, day, start_at, end_at, imported_at)
select site, span, day, start_at, end_at, imported_at
from touched
where not exists (
    select
    from periods p
    where p.site = touched.site
      and p.span = touched.span
      and p.day = touched.day
)
