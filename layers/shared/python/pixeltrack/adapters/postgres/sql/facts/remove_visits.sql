delete from visits v
using unnest(%(visitors)s::integer[], %(ats)s::bigint[]) as asked (visitor, at)
where v.visitor = asked.visitor
  and v.start_at >= asked.at
