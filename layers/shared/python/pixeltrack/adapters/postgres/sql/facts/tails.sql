select asked.visitor, latest.at, v.site, v.visitor, v.start_at, v.last_at, v.pageviews, v.events, v.entry_page, v.exit_page,
       v.context, v.pages, v.names
from unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
cross join lateral (
    select h.at
    from hits h
    where h.visitor = asked.visitor
    order by h.at desc
    limit 1
) as latest
left join lateral (
    select *
    from visits v
    where v.visitor = asked.visitor
      and v.start_at < asked.at
    order by v.start_at desc
    limit 1
) as v on true
