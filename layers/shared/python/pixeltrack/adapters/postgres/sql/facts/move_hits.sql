update hits h
set visit_at = moved.visit_at
from (
    select encode(key, 'hex')::uuid as event, visit_at
    from unnest(%(keys)s::bytea[], %(visit_ats)s::bigint[]) as moved (key, visit_at)
) as moved
where h.event = moved.event
