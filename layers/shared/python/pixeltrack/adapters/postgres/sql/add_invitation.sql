with expired as (
    delete from invitations
    where hash in (
        select hash from invitations where expires_at <= %(now)s for update skip locked
    )
)
insert into invitations (hash, email, invited_by, expires_at)
values (%(hash)s, %(email)s, %(by)s::uuid, %(until)s)
on conflict (hash) do nothing
