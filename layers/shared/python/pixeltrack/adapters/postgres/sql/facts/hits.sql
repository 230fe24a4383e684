select h.at, h.visit_at, h.event, h.site, h.visitor, h.page, h.name, h.context, h.bot, h.kind, h.copy,
       h.properties
from hits h
where h.event = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)
