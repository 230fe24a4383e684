select id, digest
from visitors
where id = any(%(ids)s) and site = %(site)s
