select
    p.day,
    p.start_at,
    p.end_at,
    p.sealed_at is not null as is_sealed,
    lead(p.start_at) over (order by p.start_at) as next_at
from periods p
where p.site = %(site)s and p.span = 'day'
order by p.start_at
