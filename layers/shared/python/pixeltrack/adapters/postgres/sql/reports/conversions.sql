select {conversions}
from visits v
where v.site = %(site)s
  and v.start_at >= %(since)s
  and v.start_at < %(until)s
  and (%(slots)s::integer[])[width_bucket(v.start_at, %(edges)s::bigint[])] >= 0
  and {selection}
