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
    s.created_at,
    s.updated_at
from site_members m
join sites s on s.id = m.site_id
where m.account_id = %(account)s::uuid
  and (%(site)s::uuid is null or s.id = %(site)s::uuid)
order by s.created_at, s.id
