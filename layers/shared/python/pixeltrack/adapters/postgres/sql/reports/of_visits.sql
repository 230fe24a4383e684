select
    {visit_cell} as cell,
    visitor,
    1 as visits,
    case when is_whole then pageviews else 0 end as pageviews,
    case when is_whole then events else 0 end as events,
    bounce as bounces,
    last_at - start_at as duration_ms,
    {is_converted} as conversions
from selected
where slot >= 0
union all
select
    {hit_cell},
    visitor,
    0,
    (kind = 1)::integer,
    (kind = 2)::integer,
    0,
    0,
    0
from selected
cross join lateral ({hits}) hit
where not is_whole
  and hit_slot >= 0
