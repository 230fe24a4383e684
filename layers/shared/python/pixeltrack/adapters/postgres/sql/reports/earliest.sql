select min(start_at) as at
from periods
where site = %(site)s
  and span = 'day'
