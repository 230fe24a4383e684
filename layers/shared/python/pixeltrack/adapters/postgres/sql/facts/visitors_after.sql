select id, digest, value, imported
from visitors
where site = %(site)s and id > %(after)s
order by id
limit %(most)s
