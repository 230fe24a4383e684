-- name: next_job
-- Every other chunk goes to an erasure, since whoever asked for one is promised it; among
-- erasures, and among the others, accounts take turns, so that the many jobs of one do not keep
-- those of another waiting; of an account, whatever has waited longest. Visitors that are to be
-- erased wait while a pass over their site is under way, and are then erased together.
with classes as (
    select is_erasure, max(taken_at) as taken_at
    from job_turns
    group by is_erasure
)
select
    j.id::text,
    j.kind,
    j.account_id::text as account,
    j.site_id::text as site,
    j.subject,
    j.position,
    floor(extract(epoch from j.created_at) * 1000)::bigint as created_at_ms
from jobs j
cross join lateral (select j.kind in ('erase_visitor', 'erase_site') as is_erasure) k
left join job_turns t on t.account_id = j.account_id and t.is_erasure = k.is_erasure
left join classes c on c.is_erasure = k.is_erasure
where j.finished_at is null
  and j.leader is null
  and j.not_before <= %(now_ms)s
  and j.kind = any(%(kinds)s)
  and j.id <> all(%(passed_over)s::uuid[])
  and not (
      j.kind = 'erase_visitor'
      and j.state = 'queued'
      and exists (
          select
          from jobs under_way
          where under_way.kind = 'erase_visitor'
            and under_way.site_id = j.site_id
            and under_way.finished_at is null
            and under_way.leader is null
            and under_way.state = 'running'
            and under_way.not_before <= %(now_ms)s
      )
  )
order by
    c.taken_at nulls first,
    not k.is_erasure,
    t.taken_at nulls first,
    j.updated_at,
    j.id
limit 1

-- name: take_turn
insert into job_turns (account_id, is_erasure, taken_at)
select account_id, kind in ('erase_visitor', 'erase_site'), clock_timestamp()
from jobs
where id = %(id)s::uuid
on conflict (account_id, is_erasure) do update
set taken_at = excluded.taken_at

-- name: forget_turns
delete from job_turns
where taken_at < now() - interval '1 day'

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

-- name: leave_failed
-- What followed a job that failed is begun anew.
update jobs j
set leader = null,
    state = 'queued',
    position = jsonb_build_object(
        'imported', j.position -> 'imported',
        'trackingId', j.position -> 'trackingId',
        'createdAt', j.position -> 'createdAt'
    )
from jobs leader
where leader.id = %(id)s::uuid
  and leader.state = 'failed'
  and j.leader = leader.id
  and j.finished_at is null

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
