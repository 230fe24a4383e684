select visitor
from selected
where is_whole
  and slot >= 0
union
select visitor
from selected
cross join lateral ({hits}) hit
where not is_whole
  and hit_slot >= 0
