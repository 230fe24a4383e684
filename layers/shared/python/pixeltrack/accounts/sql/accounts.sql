-- name: add_account
with invited as (
    delete from invitations where hash = %(invitation)s
),
added as (
    insert into accounts (
        id, email, canonical_email, name, language, password_hash, confirmed_at
    )
    values (
        %(id)s::uuid,
        %(email)s,
        %(canonical)s,
        %(name)s,
        %(language)s,
        %(password_hash)s,
        %(confirmed_at)s
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
-- An account that has no canonical address of its own is found by the exact one.
select id::text, email, name, language, created_at, confirmed_at, password_hash
from accounts
where canonical_email = %(canonical)s or email = %(email)s
order by email = %(email)s desc
limit 1

-- name: accounts_without_canonical_email
-- Those whose claim is the best come first: confirmed ones, then older ones.
select id::text, email, confirmed_at is null as is_unconfirmed, created_at
from accounts
where canonical_email is null
  and (confirmed_at is null, created_at, id)
      > (%(is_unconfirmed)s, %(created_at)s::timestamptz, %(id)s::uuid)
order by confirmed_at is null, accounts.created_at, accounts.id
limit %(most)s

-- name: accounts_beyond_ascii
select id::text, email, canonical_email
from accounts
where canonical_email is not null
  and email ~ '[^\x01-\x7f]'
  and id > %(after)s::uuid
order by accounts.id
limit %(most)s

-- name: take_canonical_emails
update accounts a
set canonical_email = null
from unnest(%(ids)s::uuid[], %(emails)s::text[]) as taken (id, email)
where a.id = taken.id
  and a.canonical_email = taken.email

-- name: give_canonical_emails
update accounts a
set canonical_email = given.email
from unnest(%(ids)s::uuid[], %(emails)s::text[]) as given (id, email)
where a.id = given.id
  and a.canonical_email is null
  and not exists (select from accounts other where other.canonical_email = given.email)
returning a.id::text

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
),
revoked as (
    update api_keys
    set revoked_at = now()
    where account_id = %(account)s::uuid
      and revoked_at is null
      and %(revoke_keys)s
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
values (
    %(hash)s,
    %(purpose)s,
    (select id from accounts where id = %(account)s::uuid for key share),
    %(until)s
)
on conflict (hash) do nothing

-- name: find_one_time_token
select a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at
from one_time_tokens t
join accounts a on a.id = t.account_id
where t.hash = %(hash)s
  and t.purpose = %(purpose)s
  and t.expires_at > %(now)s

-- name: confirm_account
-- Whoever registered need not be whom the address belongs to, so the first confirmation ends all
-- that was made before it.
with used as (
    select t.account_id, a.confirmed_at is null as is_first
    from one_time_tokens t
    join accounts a on a.id = t.account_id
    where t.hash = %(hash)s
      and t.purpose = 'confirm'
      and t.expires_at > %(now)s
    for update of t
),
spent as (
    delete from one_time_tokens t
    using used
    where t.account_id = used.account_id
      and (t.hash = %(hash)s or used.is_first)
),
ended as (
    delete from refresh_families f
    using used
    where f.account_id = used.account_id
      and used.is_first
      and f.id is distinct from %(log_in)s::uuid
),
revoked as (
    update api_keys k
    set revoked_at = now()
    from used
    where k.account_id = used.account_id and k.revoked_at is null and used.is_first
),
withdrawn as (
    delete from invitations i
    using used
    where i.invited_by = used.account_id and used.is_first
)
update accounts a
set confirmed_at = coalesce(a.confirmed_at, %(now)s),
    password_hash = case
        when used.is_first then coalesce(%(password_hash)s, a.password_hash)
        else a.password_hash
    end
from used
where a.id = used.account_id
returning a.id::text, a.email, a.name, a.language, a.created_at, a.confirmed_at

-- name: reset_password
-- It confirms the address, and ends what was made before as a first confirmation does.
with used as (
    select t.account_id, a.confirmed_at is null as is_first
    from one_time_tokens t
    join accounts a on a.id = t.account_id
    where t.hash = %(hash)s
      and t.purpose = 'reset'
      and t.expires_at > %(now)s
    for update of t
),
spent as (
    delete from one_time_tokens t
    using used
    where t.account_id = used.account_id
      and (t.purpose = 'reset' or used.is_first)
),
ended as (
    delete from refresh_families f
    using used
    where f.account_id = used.account_id
),
revoked as (
    update api_keys k
    set revoked_at = now()
    from used
    where k.account_id = used.account_id
      and k.revoked_at is null
      and (%(revoke_keys)s or used.is_first)
),
withdrawn as (
    delete from invitations i
    using used
    where i.invited_by = used.account_id and used.is_first
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
