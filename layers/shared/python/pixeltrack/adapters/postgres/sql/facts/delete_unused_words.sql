-- Entries of a site's dictionary that no hit, context or rollup names any more.
with used as (
    select distinct unnest(array[page, name, bot] || coalesce(properties, '{}')) as id
    from hits
    where site = %(site)s
    union
    select unnest(array[
        referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
        country, region, city, browser, os, device, screen, language
    ])
    from contexts
    where site = %(site)s
    union
    select r.value
    from periods p
    join rollups r on r.period = p.id
    where p.site = %(site)s
),
gone as (
    delete from dictionary d
    where d.site = %(site)s
      and not exists (select from used where used.id = d.id)
    returning d.id
)
update aggregation
set generation = generation + 1
where exists (select from gone)
