-- name: find_sites
select
    s.id::text,
    s.tracking_id,
    m.account_id::text as owner,
    s.url,
    s.timezone,
    s.status,
    s.identity,
    s.excluded_ips,
    s.allowed_domains,
    s.exclude_hosting
from sites s
join site_members m on m.site_id = s.id and m.role = 'owner'
where s.tracking_id = any(%(tracking_ids)s)

-- name: sites_of_account
select s.id::text
from site_members m
join sites s on s.id = m.site_id
where m.account_id = %(account)s::uuid
order by s.created_at, s.id

-- name: member_sites
select
    s.id::text,
    s.tracking_id,
    m.role,
    s.url,
    s.name,
    s.timezone,
    s.status,
    s.retention_days,
    s.identity,
    s.excluded_ips,
    s.allowed_domains,
    s.exclude_hosting,
    s.pace_limit,
    s.created_at,
    s.updated_at
from site_members m
join sites s on s.id = m.site_id
where m.account_id = %(account)s::uuid
  and (%(site)s::uuid is null or s.id = %(site)s::uuid)
order by s.created_at, s.id

-- name: add_site
with site as (
    insert into sites (
        tracking_id, url, name, timezone, status, retention_days, identity, excluded_ips,
        allowed_domains, pace_limit, exclude_hosting
    )
    select
        %(tracking_id)s, %(url)s, %(name)s, %(timezone)s, %(status)s, %(retention_days)s,
        %(identity)s, %(excluded_ips)s::inet[], %(allowed_domains)s::text[], %(pace_limit)s,
        %(exclude_hosting)s
    from accounts
    where id = %(account)s::uuid
    for key share
    on conflict (tracking_id) do update set tracking_id = excluded.tracking_id
    returning id
),
member as (
    insert into site_members (site_id, account_id, role)
    select id, %(account)s::uuid, 'owner' from site
    on conflict (site_id, account_id) do nothing
)
select id::text from site

-- name: change_site
with changed as (
    update sites s
    set url = coalesce(%(url)s, s.url),
        name = coalesce(%(name)s, s.name),
        timezone = coalesce(%(timezone)s, s.timezone),
        status = coalesce(%(status)s, s.status),
        retention_days = coalesce(%(retention_days)s, s.retention_days),
        identity = coalesce(%(identity)s, s.identity),
        excluded_ips = coalesce(%(excluded_ips)s::inet[], s.excluded_ips),
        allowed_domains = coalesce(%(allowed_domains)s::text[], s.allowed_domains),
        exclude_hosting = coalesce(%(exclude_hosting)s, s.exclude_hosting),
        pace_limit = coalesce(%(pace_limit)s, s.pace_limit),
        updated_at = now()
    from site_members m
    join sites old on old.id = m.site_id
    where m.site_id = s.id
      and m.account_id = %(account)s::uuid
      and m.role = 'owner'
      and s.id = %(site)s::uuid
    returning
        s.id,
        m.account_id,
        s.timezone <> old.timezone as is_moved,
        s.pace_limit <> old.pace_limit as is_limited
),
-- To update in place of doing nothing waits for a job that is just being finished.
job as (
    insert into jobs (kind, account_id, site_id)
    select 'rezone', account_id, id
    from changed
    where is_moved
    union all
    select 'recount', account_id, id
    from changed
    where is_limited
    on conflict (kind, site_id, subject) where finished_at is null
    do update set site_id = excluded.site_id
)
select id::text from changed

-- name: delete_site
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
tombstoned as (
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
