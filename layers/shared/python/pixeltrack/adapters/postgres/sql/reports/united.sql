select cell, coalesce(sketched_visitors(hll_union_agg(sketch)), 0) as visitors
from (
    select value as cell, visitors as sketch
    from rolled
    where value in (select cell from {cells})
    union all
    select cell, hll_add_agg(hll_hash_integer(visitor), 14, 5, -1, 1)
    from parts
    where cell in (select cell from {cells})
    group by cell
) sketches
group by cell
