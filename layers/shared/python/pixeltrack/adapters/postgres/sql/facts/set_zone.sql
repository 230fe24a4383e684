update fact_sites set timezone = %(timezone)s where id = %(site)s
