delete from applied_buckets
where stored_at < (select swept_at from aggregation) - %(kept_ms)s::bigint
