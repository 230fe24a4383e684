-- name: conversions
select {conversions}
from visits v
where v.site = %(site)s
  and v.start_at >= %(since)s
  and v.start_at < %(until)s
  and (%(slots)s::integer[])[width_bucket(v.start_at, %(edges)s::bigint[])] >= 0
  and {selection}

-- name: rolled_conversions
select asked.n::integer as n, sum(r.visits)::bigint as visits
from unnest(%(dimensions)s::smallint[], %(values)s::integer[])
    with ordinality as asked (dimension, value, n)
join rollups r
    on r.period = any(%(spans)s)
    and r.dimension = asked.dimension
    and r.value = asked.value
group by asked.n

-- name: is_cut
select exists (
    select
    from rollups
    where period = any(%(spans)s)
      and dimension = %(dimension)s
      and value = -1
) as is_cut
