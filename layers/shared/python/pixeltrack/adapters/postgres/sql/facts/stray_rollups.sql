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
