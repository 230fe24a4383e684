select watermark, swept_at, generation
from aggregation
