-- name: find_salt
select salt
from visitor_salts
where site_id = %(site)s::uuid
  and day = %(day)s
  and created_at > now() - interval '48 hours'

-- name: add_salt
insert into visitor_salts as kept (site_id, day, salt)
values (%(site)s::uuid, %(day)s, %(salt)s)
on conflict (site_id, day) do update set salt = kept.salt
returning salt

-- name: delete_old_salts
delete from visitor_salts
where (site_id, day) in (
    select site_id, day
    from visitor_salts
    where created_at <= now() - interval '48 hours'
    for update skip locked
)
