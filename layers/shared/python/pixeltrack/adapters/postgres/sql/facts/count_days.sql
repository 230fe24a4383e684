select
    count(*) filter (where sealed_at is not null) as sealed,
    count(*) filter (where sealed_at is null) as open,
    count(*) filter (where sealed_at is null and end_at <= %(closed_at)s) as closed,
    count(*) filter (where rolled_at is null and end_at <= %(closed_at)s) as unrolled
from periods
where site = %(site)s and span = 'day'
