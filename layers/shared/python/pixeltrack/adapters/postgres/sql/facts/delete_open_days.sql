delete from periods
where site = %(site)s and span = 'day' and sealed_at is null
returning id, day, start_at, end_at, imported_at
