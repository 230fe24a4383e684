select id, span = 'month', start_at, end_at, rolled_at is not null, sealed_at is not null
from periods
where site = %(site)s
  and start_at < %(until)s
  and end_at > %(since)s
order by start_at
