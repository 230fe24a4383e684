-- Held so that a change of the zone waits until it is known whether this job still sees it.
select f.id as site, f.timezone as kept, s.timezone as wanted
from fact_sites f
join sites s on s.id = f.site_id
where f.site_id = %(site)s::uuid
for share of s
