with invited as (
    delete from invitations where hash = %(invitation)s
),
added as (
    insert into accounts (id, email, name, language, password_hash, confirmed_at)
    values (
        %(id)s::uuid, %(email)s, %(name)s, %(language)s, %(password_hash)s, %(confirmed_at)s
    )
    on conflict do nothing
    returning *
),
known as (
    select * from added
    union all
    select * from accounts where id = %(id)s::uuid
)
select id::text, email, name, language, created_at, confirmed_at
from known
