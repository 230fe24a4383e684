select
    cell,
    visitor,
    sum(visits)::bigint as visits,
    sum(pageviews)::bigint as pageviews,
    sum(events)::bigint as events,
    sum(bounces)::bigint as bounces,
    sum(duration_ms)::bigint as duration_ms,
    sum(conversions)::bigint as conversions
from parts
group by cell, visitor
