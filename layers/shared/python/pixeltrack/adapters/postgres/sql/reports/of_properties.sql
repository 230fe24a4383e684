select
    cell,
    visitor,
    0 as visits,
    0 as pageviews,
    1 as events,
    0 as bounces,
    0 as duration_ms,
    0 as conversions
from properties
where slot >= 0
union all
select
    named.cell,
    null,
    1,
    0,
    0,
    bounce,
    last_at - start_at,
    {is_converted}
from (select distinct cell, visitor, visit_at from properties) named
join selected on selected.visitor = named.visitor and selected.start_at = named.visit_at
where slot >= 0
