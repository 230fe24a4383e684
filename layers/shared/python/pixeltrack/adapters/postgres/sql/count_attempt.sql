insert into throttles as t (key, attempts, expires_at)
values (%(key)s, 1, %(until)s)
on conflict (key) do update set
    attempts = case when t.expires_at <= %(now)s then 1 else t.attempts + 1 end,
    expires_at = case when t.expires_at <= %(now)s then excluded.expires_at else t.expires_at end
returning attempts, expires_at
