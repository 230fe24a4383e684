-- The site goes at once; what is stored of it goes by the job, and nothing is added any more.
with removed as (
    delete from sites s
    using site_members m
    where m.site_id = s.id
      and m.account_id = %(account)s::uuid
      and m.role = 'owner'
      and s.id = %(site)s::uuid
    returning s.id, s.tracking_id, s.created_at, m.account_id
),
buried as (
    insert into tombstones (digest, erased_at)
    select %(key)s, floor(extract(epoch from clock_timestamp()) * 1000)
    from removed
    on conflict (digest) do nothing
)
insert into jobs (kind, account_id, site_id, position)
select
    'erase_site',
    account_id,
    id,
    jsonb_build_object(
        'trackingId', tracking_id, 'createdAt', floor(extract(epoch from created_at) * 1000)
    )
from removed
returning id::text as job
