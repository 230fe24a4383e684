select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(pattern)s
