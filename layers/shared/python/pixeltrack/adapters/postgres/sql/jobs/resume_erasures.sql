-- What was to be erased is still there: an erasure that failed is taken up again, unless it was
-- asked for anew since.
update jobs j
set state = 'queued',
    error = null,
    tries = 0,
    updated_at = clock_timestamp(),
    finished_at = null
where j.kind in ('erase_visitor', 'erase_site')
  and j.state = 'failed'
  and not exists (
      select
      from jobs other
      where other.kind = j.kind
        and other.site_id = j.site_id
        and other.subject = j.subject
        and other.created_at > j.created_at
  )
