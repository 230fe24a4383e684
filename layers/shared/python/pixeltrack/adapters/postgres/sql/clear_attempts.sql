delete from throttles
where key = %(key)s
