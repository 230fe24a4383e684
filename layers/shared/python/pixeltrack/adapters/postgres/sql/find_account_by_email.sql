select id::text, email, name, language, created_at, confirmed_at, password_hash
from accounts
where lower(email) = lower(%(email)s)
