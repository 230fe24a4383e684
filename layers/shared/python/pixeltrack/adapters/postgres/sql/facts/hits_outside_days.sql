-- The gaps between a site's days in which there are hits, each by its first.
with days as (
    select start_at, end_at, lead(start_at) over (order by start_at) as next_at
    from periods
    where site = %(site)s and span = 'day'
),
gaps as (
    select end_at as gap_from, coalesce(next_at, 9000000000000000000) as gap_to from days
    union all
    select -9000000000000000000, coalesce((select min(start_at) from days), 9000000000000000000)
)
select hit.at
from gaps
cross join lateral (
    select h.at
    from hits h
    where h.site = %(site)s and h.at >= gap_from and h.at < gap_to
    order by h.at
    limit 1
) hit
