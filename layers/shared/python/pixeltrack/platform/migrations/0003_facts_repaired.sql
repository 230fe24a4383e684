-- Files 0003 and 0004 were changed after they had been applied somewhere. This makes of each schema
-- that they left what 0003_facts makes today, and changes nothing of one that is as it should be. It
-- runs before 0004_sealing_and_words, which makes an index that 0004_days_to_seal may have made.
-- depends: 0003_facts

create or replace function sketched_visitors(sketch hll) returns bigint
language sql immutable strict parallel safe
as $$
    select round(
        estimate / (
            1 + case when estimate > 40960 then 0.0245 * exp((41982 - estimate) / 9500) else 0 end
        )
    )::bigint
    from (select hll_cardinality(sketch) as estimate) e
$$;

create index if not exists hits_stored_idx on hits using brin (substring(copy from 17 for 6))
    with (pages_per_range = 16, autosummarize = on);

do $$
begin
    if coalesce(pg_get_indexdef(to_regclass('visitors_site_idx')), '') not like '%(site, id)' then
        drop index if exists visitors_site_idx;
        create index visitors_site_idx on visitors (site, id);
    end if;

    -- No page or event has a longer name than 500 characters, and two equal goals are one.
    if to_regclass('goals_pattern_key') is null then
        delete from goals where length(pattern) > 500;
        delete from goals later using goals earlier
        where (later.site_id, later.kind, later.pattern)
            = (earlier.site_id, earlier.kind, earlier.pattern)
          and (later.created_at, later.id) > (earlier.created_at, earlier.id);
        alter table goals
            drop constraint if exists goals_pattern_check,
            add constraint goals_pattern_check check (length(pattern) between 1 and 500);
        drop index if exists goals_site_idx;
        create unique index goals_pattern_key on goals (site_id, kind, pattern);
    end if;

    -- The index of 0004_days_to_seal, before 0004_sealing_and_words makes it.
    if to_regclass('word_marks') is null then
        drop index if exists periods_to_seal_idx;
    end if;
end
$$;
