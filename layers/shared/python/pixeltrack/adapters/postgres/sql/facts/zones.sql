select id, timezone
from fact_sites
where id = any(%(sites)s::integer[])
