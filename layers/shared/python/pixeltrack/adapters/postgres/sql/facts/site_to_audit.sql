select
    f.id as number,
    f.timezone,
    floor(extract(epoch from s.created_at) * 1000)::bigint as created_at,
    exists (
        select
        from jobs j
        where j.site_id = f.site_id
          and j.kind in ('erase_visitor', 'erase_site')
          and j.finished_at is null
    ) as is_being_erased
from fact_sites f
join sites s on s.id = f.site_id
where f.site_id = %(site)s::uuid
