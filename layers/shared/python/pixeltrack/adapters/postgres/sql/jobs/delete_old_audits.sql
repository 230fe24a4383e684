delete from jobs
where kind = 'audit' and finished_at < now() - interval '30 days'
