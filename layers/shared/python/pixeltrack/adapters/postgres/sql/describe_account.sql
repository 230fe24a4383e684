update accounts
set name = %(name)s, language = %(language)s
where id = %(account)s::uuid
