select min(at) as first_at, max(at) as last_at
from hits
where site = %(site)s
