-- name: add
with added as (
    insert into goals (id, site_id, name, kind, pattern)
    select %(id)s::uuid, m.site_id, %(name)s, %(kind)s, %(pattern)s
    from site_members m
    where m.account_id = %(account)s::uuid
      and m.site_id = %(site)s::uuid
      and m.role = 'owner'
    on conflict do nothing
    returning id, name, kind, pattern, created_at
)
select id::text, name, kind, pattern, created_at from added
union all
select id::text, name, kind, pattern, created_at from goals where id = %(id)s::uuid

-- name: of_site
select g.id::text, g.name, g.kind, g.pattern, g.created_at
from goals g
join site_members m on m.site_id = g.site_id
where m.account_id = %(account)s::uuid
  and g.site_id = %(site)s::uuid
order by g.created_at, g.id

-- name: remove
delete from goals g
using site_members m
where m.site_id = g.site_id
  and m.account_id = %(account)s::uuid
  and m.role = 'owner'
  and g.site_id = %(site)s::uuid
  and g.id = %(goal)s::uuid
returning g.id::text
