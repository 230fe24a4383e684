update jobs
set tries = tries + 1,
    state = case when tries + 1 < %(most_tries)s then state else 'failed' end,
    error = case when tries + 1 < %(most_tries)s then null else %(error)s end,
    updated_at = clock_timestamp(),
    finished_at = case when tries + 1 < %(most_tries)s then null else clock_timestamp() end
where id = %(id)s
