-- Visits of visitors that the site does not have.
select v.start_at
from visits v
where v.site = %(site)s
  and not exists (select from visitors u where u.id = v.visitor and u.site = v.site)
