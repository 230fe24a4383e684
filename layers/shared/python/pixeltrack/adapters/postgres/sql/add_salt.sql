insert into visitor_salts as kept (site_id, day, salt)
values (%(site)s::uuid, %(day)s, %(salt)s)
on conflict (site_id, day) do update set salt = kept.salt
returning salt
