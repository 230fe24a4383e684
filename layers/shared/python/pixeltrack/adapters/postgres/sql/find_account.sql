select id::text, email, name, language, created_at, confirmed_at, password_hash
from accounts
where id = %(account)s::uuid
