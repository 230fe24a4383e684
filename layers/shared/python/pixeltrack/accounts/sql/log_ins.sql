-- name: open_log_in
with expired as (
    delete from refresh_families
    where id in (
        select id from refresh_families where expires_at <= %(now)s for update skip locked
    )
),
opened as (
    insert into refresh_families (id, account_id, created_at, expires_at)
    select %(family)s::uuid, id, %(now)s, %(until)s
    from accounts
    where id = %(account)s::uuid
    for key share
    on conflict (id) do nothing
    returning id
)
insert into refresh_tokens (hash, family_id, expires_at)
select %(hash)s, id, %(until)s
from opened

-- name: rotate_refresh_token
-- The family is locked before its token, as it is when it ends: so neither waits for the other.
with family as (
    select f.id
    from refresh_families f
    where f.id = (
        select t.family_id from refresh_tokens t where t.hash = %(hash)s and t.expires_at > %(now)s
    )
    for update
),
used as (
    update refresh_tokens t
    set rotated_at = %(now)s
    from family
    where t.hash = %(hash)s
      and t.family_id = family.id
      and t.rotated_at is null
    returning t.family_id
),
prolonged as (
    update refresh_families f
    set expires_at = %(until)s
    from used
    where f.id = used.family_id
),
expired as (
    delete from refresh_tokens t
    using used
    where t.family_id = used.family_id and t.expires_at <= %(now)s
)
insert into refresh_tokens (hash, family_id, expires_at)
select %(successor)s, family_id, %(until)s
from used
on conflict (hash) do nothing
returning family_id::text as family

-- name: find_refresh_token
select f.id::text as family, f.account_id::text as account, t.rotated_at
from refresh_tokens t
join refresh_families f on f.id = t.family_id
where t.hash = %(hash)s
  and t.expires_at > %(now)s

-- name: find_log_in
select id::text as family
from refresh_families
where id = %(family)s::uuid
  and account_id = %(account)s::uuid
  and expires_at > %(now)s

-- name: end_log_in
delete from refresh_families
where id = %(family)s::uuid

-- name: end_log_ins
delete from refresh_families
where account_id = %(account)s::uuid
