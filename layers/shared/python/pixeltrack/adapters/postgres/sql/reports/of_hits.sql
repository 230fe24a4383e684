select
    {hit_cell} as cell,
    h.visitor,
    0 as visits,
    (h.kind = 1)::integer as pageviews,
    (h.kind = 2)::integer as events,
    0 as bounces,
    0 as duration_ms,
    0 as conversions
from hits h
where h.site = %(site)s
  and h.at >= %(since)s
  and h.at < %(until)s
  and h.bot = 0
  and h.kind = %(kind)s
  and (%(slots)s::integer[])[width_bucket(h.at, %(edges)s::bigint[])] >= 0
  and {hit_selection}
union all
select
    {visit_cell},
    null,
    1,
    0,
    0,
    bounce,
    last_at - start_at,
    {is_converted}
from selected
where slot >= 0
