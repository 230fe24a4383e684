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
