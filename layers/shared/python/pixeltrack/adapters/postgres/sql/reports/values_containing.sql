select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(prefix)s || '%%'
  and position(lower(%(text)s) in lower(substr(value, length(%(prefix)s) + 1))) > 0
