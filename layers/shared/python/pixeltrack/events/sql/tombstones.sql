-- name: tombstones
select digest, erased_at
from tombstones
where digest = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)
