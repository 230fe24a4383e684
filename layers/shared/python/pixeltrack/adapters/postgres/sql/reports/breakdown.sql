with selected as materialized ({selected}),
{properties}
parts as ({parts}),
everyone as ({everyone}),
counted as (
    select
        cell,
        count(distinct visitor) as visitors,
        sum(visits)::bigint as visits,
        sum(pageviews)::bigint as pageviews,
        sum(events)::bigint as events,
        sum(bounces)::bigint as bounces,
        sum(duration_ms)::bigint as duration_ms,
        sum(conversions)::bigint as conversions
    from parts
    where (%(has_none)s or cell <> 0)
      and (%(values)s::integer[] is null or cell = any(%(values)s))
    group by cell
)
select
    cell as id,
    substr(d.value, length(%(prefix)s) + 1) as value,
    visitors,
    visits,
    pageviews,
    events,
    bounces,
    duration_ms,
    conversions,
    count(*) over () as total,
    (select count(*) from everyone) as visitors_of_all
from counted
left join dictionary d on d.id = cell
order by visitors desc, visits desc, d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s
