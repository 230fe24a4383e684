delete from hits
where event = any(select encode(key, 'hex')::uuid from unnest(%(keys)s::bytea[]) key)
