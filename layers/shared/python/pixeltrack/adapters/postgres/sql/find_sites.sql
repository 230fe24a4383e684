select
    s.id::text,
    s.tracking_id,
    m.account_id::text as owner,
    s.url,
    s.timezone,
    s.status,
    s.identity,
    s.excluded_ips,
    s.allowed_domains
from sites s
join site_members m on m.site_id = s.id and m.role = 'owner'
where s.tracking_id = any(%(tracking_ids)s)
