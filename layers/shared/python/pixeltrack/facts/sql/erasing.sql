-- name: erased_at
-- Locked, so that who asks for an erasure again waits for this chunk to be written.
select digest, erased_at
from tombstones
where digest = any(%(keys)s::uuid[])
for share

-- name: visitors_by_key
select v.id as visitor, v.digest, v.site, f.timezone
from visitors v
join fact_sites f on f.id = v.site
where v.digest = any(%(keys)s::uuid[])

-- name: hits_to_erase
-- A copy begins with when it was received: `later` is the least that any received later has.
select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from unnest(%(visitors)s::integer[], %(erased_ats)s::bigint[], %(laters)s::bytea[])
    v (visitor, erased_at, later)
cross join lateral (
    select *
    from hits own
    where own.visitor = v.visitor
      and (own.at <= v.erased_at or own.copy < v.later)
    order by own.at desc
    limit %(most)s
) h
limit %(most)s

-- name: count_visits
select visitor, count(*) as visits
from visits
where visitor = any(%(visitors)s)
group by visitor

-- name: site_number
select id as number from fact_sites where site_id = %(site)s::uuid

-- name: sealed_days
select p.start_at
from periods p
join fact_sites f on f.id = p.site
where f.site_id = %(site)s::uuid
  and p.span = 'day'
  and p.sealed_at is not null
order by p.start_at

-- name: delete_site_hits
delete from hits
where ctid = any(array(
    select t.ctid
    from hits t
    join fact_sites f on f.id = t.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))

-- name: delete_site_visits
delete from visits
where ctid = any(array(
    select t.ctid
    from visits t
    join fact_sites f on f.id = t.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))

-- name: delete_conflicts
delete from conflicts
where event = any(%(events)s::uuid[])

-- name: delete_site_conflicts
delete from conflicts
where ctid = any(array(
    select t.ctid
    from conflicts t
    join fact_sites f on f.id = t.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))

-- name: delete_site_rollups
delete from rollups
where ctid = any(array(
    select r.ctid
    from rollups r
    join periods p on p.id = r.period
    join fact_sites f on f.id = p.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))

-- name: delete_site_visitors
delete from visitors
where ctid = any(array(
    select t.ctid
    from visitors t
    join fact_sites f on f.id = t.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))

-- name: delete_site_contexts
with gone as (
    delete from contexts
    where ctid = any(array(
        select t.ctid
        from contexts t
        join fact_sites f on f.id = t.site
        where f.site_id = %(site)s::uuid
        limit %(most)s
    ))
    returning digest
),
unmarked as (
    delete from word_marks m using gone where m.digest = gone.digest
)
select from gone

-- name: delete_site_entries
with gone as (
    delete from dictionary
    where ctid = any(array(
        select t.ctid
        from dictionary t
        join fact_sites f on f.id = t.site
        where f.site_id = %(site)s::uuid
        limit %(most)s
    ))
    returning digest
),
unmarked as (
    delete from word_marks m using gone where m.digest = gone.digest
)
select from gone

-- name: delete_site
-- The number of a site without facts, its days and months, and its salts.
with site as (
    delete from fact_sites
    where site_id = %(site)s::uuid
    returning id
),
gone_periods as (
    delete from periods p using site where p.site = site.id
),
gone_salts as (
    delete from visitor_salts where site_id = %(site)s::uuid
)
update aggregation
set generation = generation + 1
where exists (select from site)
