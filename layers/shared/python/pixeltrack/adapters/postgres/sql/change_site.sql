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
        updated_at = now()
    from site_members m
    join sites old on old.id = m.site_id
    where m.site_id = s.id
      and m.account_id = %(account)s::uuid
      and m.role = 'owner'
      and s.id = %(site)s::uuid
    returning s.id, m.account_id, s.timezone <> old.timezone as is_moved
),
-- To update in place of doing nothing waits for a job that is just being finished.
job as (
    insert into jobs (kind, account_id, site_id)
    select 'rezone', account_id, id
    from changed
    where is_moved
    on conflict (kind, site_id, subject) where finished_at is null
    do update set site_id = excluded.site_id
)
select id::text from changed
