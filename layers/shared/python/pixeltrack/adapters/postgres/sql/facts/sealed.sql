select p.site, p.start_at, p.end_at
from unnest(%(sites)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[])
    as asked (site, first_at, last_at)
join periods p on p.site = asked.site
where p.span = 'day'
  and p.sealed_at is not null
  and p.start_at <= asked.last_at
  and p.end_at > asked.first_at
