with expired as (
    delete from invitations
    where hash in (
        select hash from invitations where expires_at <= %(now)s for update skip locked
    )
)
insert into invitations (hash, email, invited_by, expires_at)
select %(hash)s, %(email)s, id, %(until)s
from accounts
where id = %(by)s::uuid
for key share
on conflict (hash) do nothing
