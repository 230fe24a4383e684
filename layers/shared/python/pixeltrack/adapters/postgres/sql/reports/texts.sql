select id, value
from dictionary
where id = any(%(ids)s)
