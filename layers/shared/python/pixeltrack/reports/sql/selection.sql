-- name: values_equal
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value = %(text)s

-- name: values_containing
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(prefix)s || '%%'
  and position(lower(%(text)s) in lower(substr(value, length(%(prefix)s) + 1))) > 0

-- name: values_like
select id
from dictionary
where site = %(site)s
  and kind = %(kind)s
  and value like %(pattern)s
