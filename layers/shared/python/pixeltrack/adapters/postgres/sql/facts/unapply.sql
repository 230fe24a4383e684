delete from applied_buckets
where digest = any(%(keys)s::uuid[])
