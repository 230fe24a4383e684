-- What the site's facts were written with, and its number, once there are none left.
with site as (
    delete from fact_sites
    where site_id = %(site)s::uuid
    returning id
),
gone_visitors as (
    delete from visitors v using site where v.site = site.id
),
gone_contexts as (
    delete from contexts c using site where c.site = site.id
),
gone_values as (
    delete from dictionary d using site where d.site = site.id
),
gone_salts as (
    delete from visitor_salts where site_id = %(site)s::uuid
)
update aggregation
set generation = generation + 1
where exists (select from site)
