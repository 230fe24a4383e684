select id, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
       country, region, city, browser, os, device, screen, language
from contexts
where id = any(%(ids)s::integer[])
