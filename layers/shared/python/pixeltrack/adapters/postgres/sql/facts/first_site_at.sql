select floor(extract(epoch from min(created_at)) * 1000)::bigint as at
from sites
