select
    v.visitor,
    v.start_at,
    v.last_at,
    v.pageviews,
    v.events,
    (v.pageviews = 1 and v.events = 0)::integer as bounce,
    (%(slots)s::integer[])[width_bucket(v.start_at, %(edges)s::bigint[])] as slot,
    width_bucket(v.start_at, %(edges)s::bigint[])
        = width_bucket(v.last_at, %(edges)s::bigint[]) as is_whole,
    {columns}
from visits v
where v.site = %(site)s
  and v.start_at >= %(since)s::bigint - 86400000
  and v.start_at < %(until)s
  and v.last_at >= %(since)s
  and {selection}
