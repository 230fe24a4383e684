select
    id as period,
    span,
    site,
    day,
    (day + interval '1 month')::date as next_month,
    start_at,
    end_at
from periods
where site = %(site)s and id > %(after)s and rolled_at is not null and sealed_at is null
order by id
limit %(most)s
