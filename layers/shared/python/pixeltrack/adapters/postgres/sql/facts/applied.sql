select digest
from applied_buckets
where digest = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)
