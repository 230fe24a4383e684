-- Of a site's contexts and dictionary entries given, delete those that nothing is written with any
-- more. Rollups of open days hold nothing that hits do not.
with gone_contexts as (
    delete from contexts c
    where c.site = %(site)s
      and c.id = any(%(contexts)s::integer[])
      and not exists (select from hits h where h.site = c.site and h.context = c.id)
    returning
        c.id,
        array[
            referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
            utm_content, country, region, city, browser, os, device, screen, language
        ] as words
),
used as (
    select page as id from hits where site = %(site)s
    union
    select name from hits where site = %(site)s
    union
    select bot from hits where site = %(site)s
    union
    select unnest(properties) from hits where site = %(site)s and properties is not null
    union
    select unnest(array[
        referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
        utm_content, country, region, city, browser, os, device, screen, language
    ])
    from contexts c
    where c.site = %(site)s
      and not exists (select from gone_contexts g where g.id = c.id)
    union
    select r.value
    from rollups r
    join periods p on p.id = r.period
    where p.site = %(site)s
      and (p.sealed_at is not null or p.span = 'month')
),
gone_values as (
    delete from dictionary d
    where d.site = %(site)s
      and (
          d.id = any(%(values)s::integer[])
          or d.id in (select unnest(words) from gone_contexts)
      )
      and not exists (select from used where used.id = d.id)
    returning d.id
)
update aggregation
set generation = generation + 1
where exists (select from gone_contexts)
   or exists (select from gone_values)
