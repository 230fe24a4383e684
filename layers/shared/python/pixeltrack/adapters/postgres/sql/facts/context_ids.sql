with asked as (
    select encode(key, 'hex')::uuid as digest, asked.*
    from unnest(
        %(keys)s::bytea[],
        %(sites)s::integer[],
        %(referrer)s::integer[],
        %(source)s::integer[],
        %(channel)s::integer[],
        %(utm_source)s::integer[],
        %(utm_medium)s::integer[],
        %(utm_campaign)s::integer[],
        %(utm_term)s::integer[],
        %(utm_content)s::integer[],
        %(country)s::integer[],
        %(region)s::integer[],
        %(city)s::integer[],
        %(browser)s::integer[],
        %(os)s::integer[],
        %(device)s::integer[],
        %(screen)s::integer[],
        %(language)s::integer[]
    ) as asked (
        key, site, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
        country, region, city, browser, os, device, screen, language
    )
),
found as (
    select c.digest, c.id
    from asked
    join contexts c using (digest)
),
added as (
    insert into contexts (
        digest, site, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
        country, region, city, browser, os, device, screen, language
    )
    select digest, site, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
           country, region, city, browser, os, device, screen, language
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id
from found
union all
select digest, id
from added
