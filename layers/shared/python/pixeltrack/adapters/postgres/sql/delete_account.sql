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
buried as (
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
