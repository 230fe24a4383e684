select v.site, v.visitor, v.start_at, v.last_at, v.pageviews, v.events, v.entry_page, v.exit_page,
       v.context, v.pages, v.names
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
join visits v on v.visitor = asked.visitor and v.start_at >= asked.at
