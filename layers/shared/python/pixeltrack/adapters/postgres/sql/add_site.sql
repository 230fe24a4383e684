with site as (
    insert into sites (
        tracking_id, url, name, timezone, status, retention_days, identity, excluded_ips,
        allowed_domains
    )
    select
        %(tracking_id)s, %(url)s, %(name)s, %(timezone)s, %(status)s, %(retention_days)s,
        %(identity)s, %(excluded_ips)s::inet[], %(allowed_domains)s::text[]
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
