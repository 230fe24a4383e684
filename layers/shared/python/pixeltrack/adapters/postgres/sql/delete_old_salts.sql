delete from visitor_salts
where (site_id, day) in (
    select site_id, day
    from visitor_salts
    where created_at <= now() - interval '48 hours'
    for update skip locked
)
