update periods set rolled_at = %(now_ms)s where id = %(period)s
