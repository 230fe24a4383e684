select
    id::text,
    kind,
    account_id::text as account,
    site_id::text as site,
    subject,
    position,
    floor(extract(epoch from created_at) * 1000)::bigint as created_at_ms
from jobs
where finished_at is null
  and not_before <= %(now_ms)s
  and kind = any(%(kinds)s)
  and id <> all(%(passed_over)s::uuid[])
order by updated_at, id
limit 1
