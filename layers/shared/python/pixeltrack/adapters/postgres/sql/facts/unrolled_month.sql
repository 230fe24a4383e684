-- The oldest month that is over, all of whose days are rolled.
select m.id as period, m.site, m.day, (m.day + interval '1 month')::date as next_month
from periods m
where m.rolled_at is null
  and m.span = 'month'
  and m.end_at <= %(closed_at)s
  and (%(site)s::integer is null or m.site = %(site)s)
  and not exists (
      select
      from periods d
      where d.site = m.site
        and d.span = 'day'
        and d.day >= m.day
        and d.day < m.day + interval '1 month'
        and d.rolled_at is null
  )
order by m.end_at, m.id
limit 1
