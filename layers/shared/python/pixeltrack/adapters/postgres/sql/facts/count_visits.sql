select count(*) as visits
from visits
where visitor = %(visitor)s
