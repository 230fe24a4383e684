select
    property as cell,
    h.visitor,
    h.visit_at,
    (%(slots)s::integer[])[width_bucket(h.at, %(edges)s::bigint[])] as slot
from hits h
cross join lateral unnest(h.properties) property
join dictionary d on d.id = property
where h.site = %(site)s
  and h.at >= %(since)s
  and h.at < %(until)s::bigint + 86400000
  and h.bot = 0
  and h.kind = 2
  and h.name = %(name)s
  and d.value like %(prefix)s || '%%'
  and {hit_selection}
