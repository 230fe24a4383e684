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
