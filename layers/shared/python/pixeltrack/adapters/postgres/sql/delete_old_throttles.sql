delete from throttles
where key in (
    select key from throttles where expires_at <= %(now)s for update skip locked
)
