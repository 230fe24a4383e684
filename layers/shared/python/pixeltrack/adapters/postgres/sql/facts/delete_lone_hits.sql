-- A day's hits that belong to no visit.
delete from hits
where site = %(site)s
  and at >= %(start_at)s
  and at < %(end_at)s
  and visit_at is null
returning visitor
