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
