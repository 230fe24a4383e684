select start_at, end_at, sealed_at
from periods
where site = %(site)s and span = 'day'
order by start_at
