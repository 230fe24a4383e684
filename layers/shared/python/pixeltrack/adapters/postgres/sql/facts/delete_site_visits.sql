delete from visits
where ctid = any(array(
    select t.ctid
    from visits t
    join fact_sites f on f.id = t.site
    where f.site_id = %(site)s::uuid
    limit %(most)s
))
