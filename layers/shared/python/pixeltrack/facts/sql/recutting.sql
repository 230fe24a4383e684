-- name: zones_of_site
-- Held so that a change of the zone waits until it is known whether this job still sees it.
select f.id as site, f.timezone as kept, s.timezone as wanted
from fact_sites f
join sites s on s.id = f.site_id
where f.site_id = %(site)s::uuid
for share of s

-- name: count_days
select
    count(*) filter (where sealed_at is not null) as sealed,
    count(*) filter (where sealed_at is null) as open,
    count(*) filter (where sealed_at is null and end_at <= %(closed_at)s) as closed,
    count(*) filter (where rolled_at is null and end_at <= %(closed_at)s) as unrolled
from periods
where site = %(site)s and span = 'day'

-- name: set_zone
update fact_sites set timezone = %(timezone)s where id = %(site)s

-- name: delete_open_days
delete from periods
where site = %(site)s and span = 'day' and sealed_at is null
returning id, day, start_at, end_at, imported_at

-- name: add_days
-- Days with hits. What a sealed day leaves of one is kept even without, and so is a day of the
-- same date as a sealed one's in its zone: a hit may come there.
insert into periods (site, span, day, start_at, end_at, imported_at)
select
    %(site)s,
    'day',
    piece.day,
    piece.start_at,
    piece.end_at,
    (
        select max(import.imported_at)
        from unnest(
            %(import_starts)s::bigint[], %(import_ends)s::bigint[], %(imports)s::bigint[]
        ) import (start_at, end_at, imported_at)
        where import.start_at < piece.end_at and import.end_at > piece.start_at
    )
from unnest(
    %(days)s::date[], %(starts)s::bigint[], %(ends)s::bigint[], %(are_whole)s::boolean[]
) piece (day, start_at, end_at, is_whole)
where not piece.is_whole
   or exists (
       select
       from periods p
       where p.site = %(site)s and p.span = 'day' and p.day = piece.day
   )
   or exists (
       select
       from hits h
       where h.site = %(site)s and h.at >= piece.start_at and h.at < piece.end_at
   )
returning day

-- name: span_of_hits
select min(at) as first_at, max(at) as last_at
from hits
where site = %(site)s

-- name: delete_months
delete from periods
where site = %(site)s and span = 'month' and day = any(%(months)s::date[])
returning id

-- name: add_months
-- Those of these months that have days.
insert into periods (site, span, day, start_at, end_at)
select %(site)s, 'month', month.day, month.start_at, month.end_at
from unnest(%(months)s::date[], %(starts)s::bigint[], %(ends)s::bigint[])
    month (day, start_at, end_at)
where exists (
    select
    from periods d
    where d.site = %(site)s
      and d.span = 'day'
      and d.day >= month.day
      and d.day < month.day + interval '1 month'
)
