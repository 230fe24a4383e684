-- Visits whose values are not those of their context.
select v.start_at
from visits v
left join contexts c on c.id = v.context and c.site = v.site
where v.visitor = any(%(visitors)s)
  and (
      v.referrer, v.source, v.channel, v.utm_source, v.utm_medium, v.utm_campaign, v.utm_term,
      v.utm_content, v.country, v.region, v.city, v.browser, v.os, v.device, v.screen, v.language
  ) is distinct from (
      c.referrer, c.source, c.channel, c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term,
      c.utm_content, c.country, c.region, c.city, c.browser, c.os, c.device, c.screen, c.language
  )
