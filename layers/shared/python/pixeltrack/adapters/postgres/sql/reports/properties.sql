select
    property as cell,
    visitor,
    start_at as visit_at,
    hit_slot as slot
from selected
cross join lateral ({hits}) hit
cross join lateral unnest(properties) property
join dictionary d on d.id = property
where is_named
  and name = %(name)s
  and d.value like %(prefix)s || '%%'
