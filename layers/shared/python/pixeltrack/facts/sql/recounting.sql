-- name: pace_limits
-- Held so that a change of the limit waits until it is known whether this job still sees it.
select f.id as site, f.pace_limit as kept, s.pace_limit as wanted
from fact_sites f
join sites s on s.id = f.site_id
where f.site_id = %(site)s::uuid
for share of s

-- name: set_pace_limit
update fact_sites set pace_limit = %(pace_limit)s where id = %(site)s

-- name: renew_days_of_pace
-- The rolled days that visits of such a pace touch, and their months, have no rollups from now on.
-- What they had stays under the old ids, which are returned, until it is deleted.
with days as (
    select p.id, p.day
    from periods p
    where p.site = %(site)s
      and p.span = 'day'
      and p.rolled_at is not null
      and p.sealed_at is null
      and exists (
          select
          from visits v
          where v.site = p.site
            and v.start_at > p.start_at - 86400000
            and v.start_at < p.end_at
            and v.last_at >= p.start_at
            and v.pace > 0
            and v.pace > %(above)s
            and v.pace <= %(up_to)s
      )
),
old as (
    select id from days
    union
    select m.id
    from days
    join periods m
        on m.site = %(site)s
        and m.span = 'month'
        and m.day = date_trunc('month', days.day)::date
    where m.rolled_at is not null
)
update periods p
set id = default, rolled_at = null
from old
where p.id = old.id
returning old.id, p.span
