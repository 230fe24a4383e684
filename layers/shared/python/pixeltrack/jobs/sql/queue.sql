-- name: next_job
-- Erasures first: whoever asked for one is promised it. Then whatever has waited longest.
select
    id::text,
    kind,
    account_id::text as account,
    site_id::text as site,
    subject,
    position,
    floor(extract(epoch from created_at) * 1000)::bigint as created_at_ms
from jobs
where finished_at is null
  and not_before <= %(now_ms)s
  and kind = any(%(kinds)s)
  and id <> all(%(passed_over)s::uuid[])
order by kind not in ('erase_visitor', 'erase_site'), updated_at, id
limit 1

-- name: save_step
update jobs
set state = case when %(result)s::jsonb is null then 'running' else 'done' end,
    progress = greatest(progress, %(progress)s),
    position = %(position)s::jsonb,
    tries = 0,
    not_before = %(not_before)s,
    result = %(result)s::jsonb,
    updated_at = clock_timestamp(),
    finished_at = case when %(result)s::jsonb is null then null else clock_timestamp() end
where id = %(id)s

-- name: halve_chunks
update jobs
set state = 'running',
    position = jsonb_set(position, '{halvings}', to_jsonb(%(halvings)s::integer)),
    updated_at = clock_timestamp()
where id = %(id)s

-- name: count_failure
update jobs
set tries = tries + 1,
    state = case when tries + 1 < %(most_tries)s then state else 'failed' end,
    error = case when tries + 1 < %(most_tries)s then null else %(error)s end,
    updated_at = clock_timestamp(),
    finished_at = case when tries + 1 < %(most_tries)s then null else clock_timestamp() end
where id = %(id)s

-- name: queue_audits
-- One for every site that has an owner, made in the owner's name.
insert into jobs (kind, account_id, site_id)
select 'audit', m.account_id, m.site_id
from site_members m
where m.role = 'owner'
on conflict (kind, site_id, subject) where finished_at is null do nothing

-- name: delete_old_audits
delete from jobs
where kind = 'audit' and finished_at < now() - interval '30 days'

-- name: resume_erasures
-- What was to be erased is still there: an erasure that failed is taken up again, unless it was
-- asked for anew since.
update jobs j
set state = 'queued',
    error = null,
    tries = 0,
    updated_at = clock_timestamp(),
    finished_at = null
where j.kind in ('erase_visitor', 'erase_site')
  and j.state = 'failed'
  and not exists (
      select
      from jobs other
      where other.kind = j.kind
        and other.site_id = j.site_id
        and other.subject = j.subject
        and other.created_at > j.created_at
  )
