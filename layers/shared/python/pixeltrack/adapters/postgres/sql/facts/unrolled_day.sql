select id as period, site, start_at, end_at
from periods
where rolled_at is null
  and span = 'day'
  and sealed_at is null
  and end_at <= %(closed_at)s
  and (%(site)s::integer is null or site = %(site)s)
order by end_at, id
limit 1
