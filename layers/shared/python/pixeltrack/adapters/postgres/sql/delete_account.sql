with owned as (
    delete from sites
    where id in (
        select site_id
        from site_members
        where account_id = %(account)s::uuid
          and role = 'owner'
    )
)
delete from accounts
where id = %(account)s::uuid
