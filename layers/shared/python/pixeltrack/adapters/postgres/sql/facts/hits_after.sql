select at, visit_at, event, site, visitor, page, name, context, bot, kind, copy, properties
from hits
where site = %(site)s and (at, event) > (%(at)s, %(event)s)
order by at, event
limit %(most)s
