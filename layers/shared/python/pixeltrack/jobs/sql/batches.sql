-- name: followers
select
    id::text,
    kind,
    account_id::text as account,
    site_id::text as site,
    subject,
    position,
    floor(extract(epoch from created_at) * 1000)::bigint as created_at_ms
from jobs
where leader = %(leader)s::uuid
  and finished_at is null
order by id

-- name: waiting_alike
-- Jobs of the same kind and site that nobody has begun.
select
    id::text,
    kind,
    account_id::text as account,
    site_id::text as site,
    subject,
    position,
    floor(extract(epoch from created_at) * 1000)::bigint as created_at_ms
from jobs
where kind = %(kind)s
  and site_id = %(site)s::uuid
  and id <> %(leader)s::uuid
  and state = 'queued'
  and leader is null
  and not position ? 'erasedAt'
order by created_at, id
limit %(most)s

-- name: follow
update jobs
set leader = %(leader)s::uuid,
    state = 'running',
    updated_at = clock_timestamp()
where id = any(%(ids)s::uuid[])

-- name: save_followers
update jobs j
set state = case when f.result is null then 'running' else 'done' end,
    progress = greatest(j.progress, %(progress)s),
    position = f.position::jsonb,
    result = f.result::jsonb,
    updated_at = clock_timestamp(),
    finished_at = case when f.result is null then null else clock_timestamp() end
from unnest(%(ids)s::uuid[], %(positions)s::text[], %(results)s::text[]) f (id, position, result)
where j.id = f.id
