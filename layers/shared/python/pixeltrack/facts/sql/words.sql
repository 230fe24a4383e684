-- name: mark_words
-- Contexts and dictionary entries of a site. Marked already, they are this owner's from now on.
with marked as (
    insert into word_marks (digest, owner)
    select digest, %(owner)s
    from contexts
    where site = %(site)s and id = any(%(contexts)s::integer[])
    union all
    select digest, %(owner)s
    from dictionary
    where site = %(site)s and id = any(%(values)s::integer[])
    on conflict (digest) do update set owner = excluded.owner
)
update aggregation set generation = generation + 1

-- name: mark_all_words
-- The contexts and entries of a site in a range of ids, but for those that an erasure has marked.
with marked as (
    insert into word_marks (digest, owner)
    select digest, %(owner)s
    from contexts
    where site = %(site)s and id > %(after)s and id <= %(until)s
    union all
    select digest, %(owner)s
    from dictionary
    where site = %(site)s and id > %(after)s and id <= %(until)s
    on conflict (digest) do update set owner = excluded.owner
    where word_marks.owner < 0
)
update aggregation set generation = generation + 1

-- name: has_marks
select exists (select from word_marks where owner = %(owner)s) as has_marks

-- name: end_of_hits
-- The instant of the last of some hits after another, null where these are all there are.
select (
    select at
    from hits
    where site = %(site)s and at > %(after)s
    order by at
    offset %(most)s
    limit 1
) as until

-- name: unmark_words_of_hits
with span as materialized (
    select page, name, bot, context, properties
    from hits
    where site = %(site)s
      and at > %(after)s
      and at <= coalesce(%(until)s, 9000000000000000000)
),
named as (
    select d.digest
    from dictionary d
    where d.id in (
        select page from span
        union
        select name from span
        union
        select bot from span
        union
        select unnest(properties) from span
    )
    union all
    select c.digest
    from contexts c
    where c.id in (select context from span)
)
delete from word_marks m
using named
where m.digest = named.digest

-- name: delete_marked_contexts
-- What they name is marked, to be looked at next.
with gone as (
    delete from contexts c
    using word_marks m
    where c.site = %(site)s
      and c.id > %(after)s
      and c.id <= %(until)s
      and m.digest = c.digest
      and m.owner = %(owner)s
    returning c.digest, array[{attributes}] as words
),
unmarked as (
    delete from word_marks m
    using gone
    where m.digest = gone.digest
),
marked as (
    insert into word_marks (digest, owner)
    select digest, %(owner)s
    from dictionary
    where id in (select unnest(words) from gone)
    on conflict (digest) do update set owner = excluded.owner
)
update aggregation
set generation = generation + 1
where exists (select from gone)

-- name: unmark_words_of_contexts
with named as (
    select distinct unnest(array[{attributes}]) as id
    from contexts
    where site = %(site)s and id > %(after)s and id <= %(until)s
)
delete from word_marks m
using named
join dictionary d on d.id = named.id
where m.digest = d.digest

-- name: unmark_words_of_rollups
-- Of some periods; `last` is the last of them, null where there are none left.
with span as materialized (
    select id
    from periods
    where site = %(site)s and id > %(after)s
    order by id
    limit %(most)s
),
named as (
    select distinct r.value as id
    from span
    join rollups r on r.period = span.id
),
unmarked as (
    delete from word_marks m
    using named
    join dictionary d on d.id = named.id
    where m.digest = d.digest
)
select max(id) as last
from span

-- name: delete_marked_words
with gone as (
    delete from dictionary d
    using word_marks m
    where d.site = %(site)s
      and d.id > %(after)s
      and d.id <= %(until)s
      and m.digest = d.digest
      and m.owner = %(owner)s
    returning d.digest
)
delete from word_marks m
using gone
where m.digest = gone.digest

-- name: last_context
select coalesce(max(id), 0) as last from contexts

-- name: last_word
select coalesce(max(id), 0) as last from dictionary
