-- The hits whose copies were stored in a span, given as the copies' own six bytes of `storedAt`.
select at, visit_at, event, site, visitor, page, name, context, bot, kind, copy, properties
from hits
where site = %(site)s
  and substring(copy from 17 for 6) > %(after)s
  and substring(copy from 17 for 6) <= %(until)s
