-- name: add_account
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

-- name: find_account
select id::text, email, name, language, created_at, confirmed_at, password_hash
from accounts
where id = %(account)s::uuid

-- name: find_account_by_email
select id::text, email, name, language, created_at, confirmed_at, password_hash
from accounts
where lower(email) = lower(%(email)s)

-- name: describe_account
update accounts
set name = %(name)s, language = %(language)s
where id = %(account)s::uuid

-- name: set_password
with ended as (
    delete from refresh_families where account_id = %(account)s::uuid
),
spent as (
    delete from one_time_tokens where account_id = %(account)s::uuid and purpose = 'reset'
)
update accounts
set password_hash = %(password_hash)s
where id = %(account)s::uuid

-- name: rehash_password
update accounts
set password_hash = %(new_hash)s
where id = %(account)s::uuid
  and password_hash = %(old_hash)s

-- name: owned_sites
select site_id::text as id
from site_members
where account_id = %(account)s::uuid
  and role = 'owner'

-- name: delete_account
-- `sites` are those that the account was seen to own, `keys` those of their tombstones. Where it
-- owns another by now, it stays, to be deleted with that one too.
with owned as (
    select site_id as id
    from site_members
    where account_id = %(account)s::uuid
      and role = 'owner'
),
removed as (
    delete from sites s
    using unnest(%(sites)s::uuid[], %(keys)s::uuid[]) as seen (id, key)
    where s.id = seen.id
      and s.id in (select id from owned)
    returning s.id, s.tracking_id, s.created_at, seen.key
),
tombstoned as (
    insert into tombstones (digest, erased_at)
    select key, floor(extract(epoch from clock_timestamp()) * 1000)
    from removed
    on conflict (digest) do nothing
),
queued as (
    insert into jobs (kind, account_id, site_id, position)
    select
        'erase_site',
        %(account)s::uuid,
        id,
        jsonb_build_object(
            'trackingId', tracking_id, 'createdAt', floor(extract(epoch from created_at) * 1000)
        )
    from removed
)
delete from accounts
where id = %(account)s::uuid
  and not exists (select from owned where id <> all(%(sites)s::uuid[]))
returning id::text

-- name: add_one_time_token
with expired as (
    delete from one_time_tokens
    where hash in (
        select hash from one_time_tokens where expires_at <= %(now)s for update skip locked
    )
)
insert into one_time_tokens (hash, purpose, account_id, expires_at)
select %(hash)s, %(purpose)s, id, %(until)s
from accounts
where id = %(account)s::uuid
for key share
on conflict (hash) do nothing

-- name: confirm_account
with used as (
    delete from one_time_tokens
    where hash = %(hash)s
      and purpose = 'confirm'
      and expires_at > %(now)s
    returning account_id
)
update accounts a
set confirmed_at = coalesce(a.confirmed_at, %(now)s)
from used
where a.id = used.account_id
returning a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at

-- name: reset_password
with used as (
    select account_id
    from one_time_tokens
    where hash = %(hash)s
      and purpose = 'reset'
      and expires_at > %(now)s
    for update
),
spent as (
    delete from one_time_tokens t
    using used
    where t.account_id = used.account_id and t.purpose = 'reset'
    returning t.account_id
),
ended as (
    delete from refresh_families f
    using used
    where f.account_id = used.account_id
)
update accounts a
set password_hash = %(password_hash)s, confirmed_at = coalesce(a.confirmed_at, %(now)s)
from used
where a.id = used.account_id
returning a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at

-- name: add_invitation
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

-- name: find_invitation
select email
from invitations
where hash = %(hash)s
  and expires_at > %(now)s
