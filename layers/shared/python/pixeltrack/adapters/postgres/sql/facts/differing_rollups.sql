-- Rows of a period that are not what its facts, or its days, come to.
with fresh as materialized (
    {rows}
),
kept as (
    select * from rollups where period = %(period)s
)
select count(*) as rows
from fresh
full join kept using (dimension, value)
where (fresh.visits, fresh.pageviews, fresh.events, fresh.bounces, fresh.duration_ms)
    is distinct from
    (kept.visits, kept.pageviews, kept.events, kept.bounces, kept.duration_ms)
   or fresh.visitors is distinct from kept.visitors
