update aggregation
set swept_at = greatest(swept_at, %(at)s)
