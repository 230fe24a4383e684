delete from periods
where site = %(site)s and span = 'month' and day = any(%(months)s::date[])
returning id
