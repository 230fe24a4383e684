-- name: find_job
select
    id::text,
    kind,
    site_id::text as site,
    state,
    progress,
    result,
    error,
    created_at,
    finished_at
from jobs
where account_id = %(account)s::uuid
  and id = %(job)s::uuid

-- name: count_erasures
select count(*) as erasures
from jobs
where kind = 'erase_visitor'
  and site_id = %(site)s::uuid
  and subject <> %(besides)s
  and finished_at is null

-- name: erase_visitor
-- A visitor has two keys, `living` and that of the same id among imports. Asked again, the
-- tombstones carry the later instant, by which the unfinished job then goes.
with site as (
    select s.id, s.tracking_id, s.created_at, m.account_id
    from site_members m
    join sites s on s.id = m.site_id
    where m.account_id = %(account)s::uuid
      and m.site_id = %(site)s::uuid
      and m.role = 'owner'
),
tombstoned as (
    insert into tombstones (digest, erased_at)
    select key, floor(extract(epoch from clock_timestamp()) * 1000)
    from site
    cross join unnest(array[%(living)s, %(imported)s]::uuid[]) key
    on conflict (digest) do update
    set erased_at = greatest(tombstones.erased_at, excluded.erased_at)
    returning digest
)
insert into jobs (kind, account_id, site_id, subject, position)
select
    'erase_visitor',
    account_id,
    id,
    %(living)s,
    jsonb_build_object(
        'imported', %(imported)s::text,
        'trackingId', tracking_id,
        'createdAt', floor(extract(epoch from created_at) * 1000)
    )
from site
-- Tombstones first: whoever does the job holds them before it writes the job's row.
where (select count(*) from tombstoned) = 2
on conflict (kind, site_id, subject) where finished_at is null
do update set site_id = excluded.site_id
returning
    id::text,
    kind,
    site_id::text as site,
    state,
    progress,
    result,
    error,
    created_at,
    finished_at

-- name: audit_site
insert into jobs (kind, account_id, site_id)
select 'audit', m.account_id, m.site_id
from site_members m
where m.account_id = %(account)s::uuid
  and m.site_id = %(site)s::uuid
  and m.role = 'owner'
on conflict (kind, site_id, subject) where finished_at is null
do update set site_id = excluded.site_id
returning
    id::text,
    kind,
    site_id::text as site,
    state,
    progress,
    result,
    error,
    created_at,
    finished_at
