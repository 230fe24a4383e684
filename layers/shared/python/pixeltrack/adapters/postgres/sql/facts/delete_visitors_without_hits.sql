with gone as (
    delete from visitors v
    where v.id = any(%(visitors)s)
      and not exists (select from hits h where h.visitor = v.id)
    returning v.id
)
update aggregation
set generation = generation + 1
where exists (select from gone)
