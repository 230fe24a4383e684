select g.id::text, g.name, g.kind, g.pattern, g.created_at
from goals g
join site_members m on m.site_id = g.site_id
where m.account_id = %(account)s::uuid
  and g.site_id = %(site)s::uuid
order by g.created_at, g.id
