with selected as ({selected}),
parts as ({parts}),
{merged}
select
    coalesce(cell, -1) as slot,
    case
        when cell is null and not %(is_sketched)s
            then (select count(distinct visitor) from per_visitor)
        else visitors
    end as visitors,
    visits,
    pageviews,
    events,
    bounces,
    duration_ms
from merged
