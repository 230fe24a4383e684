select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
join hits h on h.visitor = asked.visitor and h.at >= asked.at
