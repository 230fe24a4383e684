with selected as ({selected}),
{properties}
parts as ({parts}),
{merged}
select
    m.cell as id,
    substr(d.value, length(%(prefix)s) + 1) as value,
    m.visitors,
    m.visits,
    m.pageviews,
    m.events,
    m.bounces,
    m.duration_ms,
    m.conversions,
    count(*) over () as total
from merged m
left join dictionary d on d.id = m.cell
where (m.visitors > 0 or m.visits > 0)
  and (%(has_none)s or m.cell <> 0)
  and (%(values)s::integer[] is null or m.cell = any(%(values)s))
order by
    m.cell = -1,
    m.visitors desc,
    m.visits desc,
    d.value collate "C" nulls first
limit %(limit)s
offset %(offset)s
