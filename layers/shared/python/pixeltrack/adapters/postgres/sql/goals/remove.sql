delete from goals g
using site_members m
where m.site_id = g.site_id
  and m.account_id = %(account)s::uuid
  and m.role = 'owner'
  and g.site_id = %(site)s::uuid
  and g.id = %(goal)s::uuid
returning g.id::text
