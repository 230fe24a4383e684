-- How often each of a visit's pages and names occurred, so that lists of them read visits alone,
-- and what counts the distinct visitors of a list's row. The extension's operators on arrays would
-- take the place of PostgreSQL's own, so it lies in a schema that no statement looks in.
-- depends: 0009_networks

create schema if not exists intarray;
create extension if not exists intarray schema intarray;
alter extension intarray set schema intarray;

create or replace function distinct_members(members integer[]) returns integer
language sql immutable strict parallel safe
as $$
    select cardinality(intarray.uniq(intarray.sort(members)))
$$;

alter table visits
    add column page_views integer[],
    add column name_events integer[];

comment on column visits.page_views is 'how often each of `pages` was viewed; null where each was once';
comment on column visits.name_events is 'how often each of `names` occurred; null where each did once';

set local work_mem = '64MB';

with told as (
    select visitor, visit_at, kind, array_agg(times order by word) as times
    from (
        select
            visitor,
            visit_at,
            kind,
            case kind when 1 then page else name end as word,
            count(*)::integer as times
        from hits
        where visit_at is not null and kind < 3
        group by 1, 2, 3, 4
    ) words
    group by visitor, visit_at, kind
    having max(times) > 1
)
update visits v
set page_views = repeated.page_views,
    name_events = repeated.name_events
from (
    select
        visitor,
        visit_at,
        max(times) filter (where kind = 1) as page_views,
        max(times) filter (where kind = 2) as name_events
    from told
    group by visitor, visit_at
) repeated
where v.visitor = repeated.visitor
  and v.start_at = repeated.visit_at;

-- Whoever does not write them yet is stopped; rows that are there are not read again for it.
alter table visits
    add constraint visits_page_views_check
        check ((page_views is null) = (pageviews = cardinality(pages))) not valid,
    add constraint visits_name_events_check
        check ((name_events is null) = (events = cardinality(names))) not valid;
