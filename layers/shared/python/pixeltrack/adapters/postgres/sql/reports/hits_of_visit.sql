-- By index, visit for visit: few visits cross an edge, which the planner cannot know.
select
    h.kind,
    h.page,
    h.name,
    h.properties,
    (%(slots)s::integer[])[width_bucket(h.at, %(edges)s::bigint[])] as hit_slot
from hits h
where h.visitor = selected.visitor
  and h.at >= selected.start_at
  and h.at <= selected.last_at
  and h.visit_at = selected.start_at
  and h.kind < 3
offset 0
