update aggregation
set watermark = greatest(watermark, %(watermark)s)
