select id, kind, value
from dictionary
where id = any(%(ids)s) and site = %(site)s
