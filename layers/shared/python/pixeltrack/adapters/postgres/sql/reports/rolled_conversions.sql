select asked.n::integer as n, sum(r.visits)::bigint as visits
from unnest(%(dimensions)s::smallint[], %(values)s::integer[])
    with ordinality as asked (dimension, value, n)
join rollups r
    on r.period = any(%(spans)s)
    and r.dimension = asked.dimension
    and r.value = asked.value
group by asked.n
