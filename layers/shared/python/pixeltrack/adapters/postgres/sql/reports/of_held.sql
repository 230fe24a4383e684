-- Where each of a visit's pages or names occurred once, its hits need not be read.
select
    unnest(held) as cell,
    case when is_whole and is_plain then visitor end as visitor,
    1 as visits,
    case when is_whole and is_plain then {is_view} else 0 end as pageviews,
    case when is_whole and is_plain then 1 - {is_view} else 0 end as events,
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
    {is_view},
    1 - {is_view},
    0,
    0,
    0
from selected
cross join lateral ({hits}) hit
where not (is_whole and is_plain)
  and hit_slot >= 0
  and kind = %(kind)s
