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
