select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value = %(text)s
