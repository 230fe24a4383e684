select
    id::text,
    kind,
    site_id::text as site,
    state,
    progress,
    result,
    error,
    created_at,
    finished_at
from jobs
where account_id = %(account)s::uuid
  and id = %(job)s::uuid
