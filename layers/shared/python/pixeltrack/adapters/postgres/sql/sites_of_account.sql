select s.id::text
from site_members m
join sites s on s.id = m.site_id
where m.account_id = %(account)s::uuid
order by s.created_at, s.id
