-- name: events
select
    h.at,
    h.event,
    h.kind,
    h.page,
    h.name,
    h.bot,
    h.properties,
    one.value as visitor,
    {attributes}
from hits h
left join visitors one on one.id = h.visitor
left join contexts c on c.id = h.context
where h.site = %(site)s
  and h.at >= greatest(%(since)s, %(after_at)s)
  and h.at < %(until)s
  and (h.at, h.event) > (%(after_at)s, %(after_key)s::uuid)
  and {selection}
order by h.at, h.event
limit %(limit)s

-- name: texts
select id, value
from dictionary
where id = any(%(ids)s)
