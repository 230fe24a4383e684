-- name: day_to_seal
-- The oldest day of a site that is rolled and whose retention, as of the last sweep, has passed
-- since its end and since the last import into it. Sites take turns.
select due.*
from fact_sites f
join sites s on s.id = f.site_id
cross join aggregation a
cross join lateral (
    select p.id as period, p.site, p.start_at, p.end_at
    from periods p
    where p.site = f.id
      and p.span = 'day'
      and p.rolled_at is not null
      and p.sealed_at is null
      and p.end_at <= a.swept_at - s.retention_days * 86400000::bigint
      and coalesce(p.imported_at, p.end_at) <= a.swept_at - s.retention_days * 86400000::bigint
    order by p.end_at, p.id
    limit 1
) due
order by f.id <= a.sealed_site, f.id
limit 1

-- name: mark_sealed
with sealed as (
    update periods set sealed_at = %(now_ms)s where id = %(period)s returning site
)
update aggregation a set sealed_site = sealed.site from sealed

-- name: delete_settled_visits
-- The visits that touch a day and lie on sealed days alone, with their hits.
with gone as (
    delete from visits v
    where v.site = %(site)s
      and v.start_at > %(start_at)s - 86400000
      and v.start_at < %(end_at)s
      and v.last_at >= %(start_at)s
      and not exists (
          select
          from periods p
          where p.site = v.site
            and p.span = 'day'
            and p.sealed_at is null
            and p.start_at <= v.last_at
            and p.end_at > v.start_at
      )
    returning v.visitor, v.start_at
)
delete from hits h
using gone
where h.visitor = gone.visitor
  and h.visit_at = gone.start_at
  and h.at >= gone.start_at
  and h.at < gone.start_at + 86400000
returning h.visitor

-- name: delete_lone_hits
-- A day's hits that belong to no visit.
delete from hits
where site = %(site)s
  and at >= %(start_at)s
  and at < %(end_at)s
  and visit_at is null
returning visitor

-- name: delete_conflicts_of_day
delete from conflicts
where site = %(site)s
  and at >= %(start_at)s
  and at < %(end_at)s

-- name: delete_visitors_without_hits
with gone as (
    delete from visitors v
    where v.id = any(%(visitors)s)
      and not exists (select from hits h where h.visitor = v.id)
    returning v.id
)
update aggregation
set generation = generation + 1
where exists (select from gone)

-- name: prune_applied
delete from applied_buckets
where stored_at < (select swept_at from aggregation) - %(kept_ms)s::bigint

-- name: retentions
-- Every site that has facts and is not deleted.
select f.id as number, f.site_id::text as site, s.retention_days
from fact_sites f
join sites s on s.id = f.site_id
order by f.id

-- name: days_of_site
select start_at, end_at, sealed_at
from periods
where site = %(site)s and span = 'day'
order by start_at

-- name: erased_sites
select distinct j.site_id::text as site
from jobs j
where j.kind = 'erase_site'
  and j.state = 'done'
  and not exists (select from sites s where s.id = j.site_id)
