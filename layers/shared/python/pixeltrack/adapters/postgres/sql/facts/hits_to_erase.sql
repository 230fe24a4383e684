-- A copy begins with when it was received: `later` is the least that any received later has.
select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from hits h
where h.visitor = %(visitor)s
  and (h.at <= %(erased_at)s or h.copy < %(later)s)
order by h.at desc
limit %(most)s
