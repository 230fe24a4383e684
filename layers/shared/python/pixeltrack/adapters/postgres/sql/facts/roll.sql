insert into rollups
    (period, dimension, value, visits, pageviews, events, bounces, duration_ms, visitors)
select %(period)s, r.*
from ({rows}) r
