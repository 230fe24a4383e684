update periods set sealed_at = %(now_ms)s where id = %(period)s
