-- name: site_to_audit
select
    f.id as number,
    f.timezone,
    floor(extract(epoch from s.created_at) * 1000)::bigint as created_at,
    exists (
        select
        from jobs j
        where j.site_id = f.site_id
          and j.kind in ('erase_visitor', 'erase_site')
          and j.finished_at is null
    ) as is_being_erased
from fact_sites f
join sites s on s.id = f.site_id
where f.site_id = %(site)s::uuid

-- name: hits_stored
-- The hits whose copies were stored in a span, given as the copies' own six bytes of `storedAt`.
select at, visit_at, event, site, visitor, page, name, context, bot, kind, copy, properties
from hits
where site = %(site)s
  and substring(copy from 17 for 6) > %(after)s
  and substring(copy from 17 for 6) <= %(until)s

-- name: texts
select id, kind, value
from dictionary
where id = any(%(ids)s) and site = %(site)s

-- name: visitor_keys
select id, digest
from visitors
where id = any(%(ids)s) and site = %(site)s

-- name: visitors_after
select id, digest, value, imported
from visitors
where site = %(site)s and id > %(after)s
order by id
limit %(most)s

-- name: visits_unlike_contexts
-- Visits whose values are not those of their context.
select v.start_at
from visits v
left join contexts c on c.id = v.context and c.site = v.site
where v.visitor = any(%(visitors)s)
  and (
      {of_visit}
  ) is distinct from (
      {of_context}
  )

-- name: visits_of_nobody
-- Visits whose visitor the site does not have.
select v.start_at
from visits v
where v.site = %(site)s
  and not exists (select from visitors u where u.id = v.visitor and u.site = v.site)

-- name: hits_outside_days
-- The gaps between a site's days in which there are hits, each by its first.
with days as (
    select start_at, end_at, lead(start_at) over (order by start_at) as next_at
    from periods
    where site = %(site)s and span = 'day'
),
gaps as (
    select end_at as gap_from, coalesce(next_at, 9000000000000000000) as gap_to from days
    union all
    select -9000000000000000000, coalesce((select min(start_at) from days), 9000000000000000000)
)
select hit.at
from gaps
cross join lateral (
    select h.at
    from hits h
    where h.site = %(site)s and h.at >= gap_from and h.at < gap_to
    order by h.at
    limit 1
) hit

-- name: days_to_audit
select
    p.day,
    p.start_at,
    p.end_at,
    p.sealed_at is not null as is_sealed,
    lead(p.start_at) over (order by p.start_at) as next_at
from periods p
where p.site = %(site)s and p.span = 'day'
order by p.start_at

-- name: stray_rollups
-- Periods that have rollups and are not marked so, and months marked before all of their days.
select p.span, p.day
from periods p
where p.site = %(site)s
  and (
      p.rolled_at is null
      and exists (select from rollups r where r.period = p.id)
      or p.span = 'month'
      and p.rolled_at is not null
      and exists (
          select
          from periods d
          where d.site = p.site
            and d.span = 'day'
            and d.day >= p.day
            and d.day < p.day + interval '1 month'
            and d.rolled_at is null
      )
  )

-- name: rolled_after
select
    id as period,
    span,
    site,
    day,
    (day + interval '1 month')::date as next_month,
    start_at,
    end_at
from periods
where site = %(site)s and id > %(after)s and rolled_at is not null and sealed_at is null
order by id
limit %(most)s

-- name: sites_with_facts
select f.site_id::text as site, s.tracking_id, s.name
from fact_sites f
join sites s on s.id = f.site_id
order by f.id
