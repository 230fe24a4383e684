-- name: count_attempt
insert into throttles as t (key, attempts, expires_at)
values (%(key)s, 1, %(until)s)
on conflict (key) do update set
    attempts = case when t.expires_at <= %(now)s then 1 else t.attempts + 1 end,
    expires_at = case when t.expires_at <= %(now)s then excluded.expires_at else t.expires_at end
returning attempts, expires_at

-- name: clear_attempts
delete from throttles
where key = %(key)s

-- name: delete_old_throttles
delete from throttles
where key in (
    select key from throttles where expires_at <= %(now)s for update skip locked
)
