select
    s.id::text,
    s.timezone,
    f.id as number,
    f.timezone as rolled_timezone,
    (select watermark from aggregation) as watermark
from site_members m
join sites s on s.id = m.site_id
left join fact_sites f on f.site_id = s.id
where m.account_id = %(account)s::uuid
  and (%(site)s::uuid is null or s.id = %(site)s::uuid)
order by s.created_at, s.id
limit 2
