delete from sites s
using site_members m
where m.site_id = s.id
  and m.account_id = %(account)s::uuid
  and m.role = 'owner'
  and s.id = %(site)s::uuid
returning s.id::text
