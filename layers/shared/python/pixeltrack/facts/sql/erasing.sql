-- name: erased_at
-- Locked, so that who asks for the erasure again waits for this chunk to be written.
select erased_at
from tombstones
where digest = %(key)s
for share

-- name: visitors_by_key
select v.id, v.site, f.site_id::text, f.timezone
from visitors v
join fact_sites f on f.id = v.site
where v.digest = any(%(keys)s::uuid[])

-- name: hits_to_erase
-- A copy begins with when it was received: `later` is the least that any received later has.
select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from hits h
where h.visitor = %(visitor)s
  and (h.at <= %(erased_at)s or h.copy < %(later)s)
order by h.at desc
limit %(most)s

-- name: count_visits
select count(*) as visits
from visits
where visitor = %(visitor)s

-- name: delete_words_of_hits
-- Of a site's contexts and dictionary entries given, delete those that nothing is written with any
-- more. Rollups of open days hold nothing that hits do not.
with gone_contexts as (
    delete from contexts c
    where c.site = %(site)s
      and c.id = any(%(contexts)s::integer[])
      and not exists (select from hits h where h.site = c.site and h.context = c.id)
    returning
        c.id,
        array[{attributes}] as words
),
used as (
    select page as id from hits where site = %(site)s
    union
    select name from hits where site = %(site)s
    union
    select bot from hits where site = %(site)s
    union
    select unnest(properties) from hits where site = %(site)s and properties is not null
    union
    select unnest(array[{attributes}])
    from contexts c
    where c.site = %(site)s
      and not exists (select from gone_contexts g where g.id = c.id)
    union
    select r.value
    from rollups r
    join periods p on p.id = r.period
    where p.site = %(site)s
      and (p.sealed_at is not null or p.span = 'month')
),
gone_values as (
    delete from dictionary d
    where d.site = %(site)s
      and (
          d.id = any(%(values)s::integer[])
          or d.id in (select unnest(words) from gone_contexts)
      )
      and not exists (select from used where used.id = d.id)
    returning d.id
)
update aggregation
set generation = generation + 1
where exists (select from gone_contexts)
   or exists (select from gone_values)

-- name: unapply
delete from applied_buckets
where digest = any(%(keys)s::uuid[])

-- name: sealed_days
select count(*) as days
from periods p
join fact_sites f on f.id = p.site
where f.site_id = %(site)s::uuid
  and p.span = 'day'
  and p.sealed_at is not null
  and p.start_at <= %(until)s

-- name: delete_site_rollups
with removed as (
    delete from periods p
    using fact_sites f
    where f.id = p.site
      and f.site_id = %(site)s::uuid
    returning p.id
)
delete from rollups r
using removed
where r.period = removed.id

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

-- name: delete_site_words
-- What the site's facts were written with, and its number, once there are none left.
with site as (
    delete from fact_sites
    where site_id = %(site)s::uuid
    returning id
),
gone_visitors as (
    delete from visitors v using site where v.site = site.id
),
gone_contexts as (
    delete from contexts c using site where c.site = site.id
),
gone_values as (
    delete from dictionary d using site where d.site = site.id
),
gone_salts as (
    delete from visitor_salts where site_id = %(site)s::uuid
)
update aggregation
set generation = generation + 1
where exists (select from site)
