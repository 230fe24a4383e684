-- name: find_salts
select site_id, day, salt
from visitor_salts
join unnest(%(sites)s::uuid[], %(days)s::date[]) as asked (site_id, day) using (site_id, day)
where created_at > now() - interval '48 hours'

-- name: add_salts
insert into visitor_salts as kept (site_id, day, salt)
select * from unnest(%(sites)s::uuid[], %(days)s::date[], %(salts)s::bytea[])
on conflict (site_id, day) do update set salt = kept.salt
returning site_id, day, salt

-- name: delete_old_salts
delete from visitor_salts
where (site_id, day) in (
    select site_id, day
    from visitor_salts
    where created_at <= now() - interval '48 hours'
    for update skip locked
)
