with asked as (
    select encode(key, 'hex')::uuid as digest, site, value, imported
    from unnest(
        %(keys)s::bytea[], %(sites)s::integer[], %(values)s::text[], %(imported)s::boolean[]
    ) as asked (key, site, value, imported)
),
found as (
    select v.digest, v.id
    from asked
    join visitors v using (digest)
),
added as (
    insert into visitors (site, digest, value, imported)
    select site, digest, value, imported
    from asked
    where not exists (select from found where found.digest = asked.digest)
    returning digest, id
)
select digest, id, false
from found
union all
select digest, id, true
from added
