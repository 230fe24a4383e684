-- Those of these months that have days.
insert into periods (site, span, day, start_at, end_at)
select %(site)s, 'month', month.day, month.start_at, month.end_at
from unnest(%(months)s::date[], %(starts)s::bigint[], %(ends)s::bigint[])
    month (day, start_at, end_at)
where exists (
    select
    from periods d
    where d.site = %(site)s
      and d.span = 'day'
      and d.day >= month.day
      and d.day < month.day + interval '1 month'
)
