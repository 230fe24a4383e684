select distinct j.site_id::text as site
from jobs j
where j.kind = 'erase_site'
  and j.state = 'done'
  and not exists (select from sites s where s.id = j.site_id)
