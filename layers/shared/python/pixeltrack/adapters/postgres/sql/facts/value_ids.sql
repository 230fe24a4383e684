with asked as (
    select encode(key, 'hex')::uuid as digest, site, kind, value
    from unnest(
        %(keys)s::bytea[], %(sites)s::integer[], %(kinds)s::smallint[], %(values)s::text[]
    ) as asked (key, site, kind, value)
),
found as (
    select d.digest, d.id
    from asked
    join dictionary d using (digest)
),
added as (
    insert into dictionary (site, kind, digest, value)
    select site, kind, digest, value
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id
from found
union all
select digest, id
from added
