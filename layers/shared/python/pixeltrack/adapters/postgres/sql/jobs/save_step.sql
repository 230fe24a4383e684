update jobs
set state = case when %(result)s::jsonb is null then 'running' else 'done' end,
    progress = greatest(progress, %(progress)s),
    position = %(position)s,
    tries = 0,
    not_before = %(not_before)s,
    result = %(result)s,
    updated_at = clock_timestamp(),
    finished_at = case when %(result)s::jsonb is null then null else clock_timestamp() end
where id = %(id)s
