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
where m.site_id = s.id
  and m.account_id = %(account)s::uuid
  and m.role = 'owner'
  and s.id = %(site)s::uuid
returning s.id::text
