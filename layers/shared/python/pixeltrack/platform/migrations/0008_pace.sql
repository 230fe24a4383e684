-- How fast a visit viewed pages, and above which limit of its site it is a bot's.
-- depends: 0007_conflicts

alter table sites
    add column pace_limit smallint not null default 60
        check (pace_limit = 0 or pace_limit between 10 and 600);

comment on column sites.pace_limit is
    'page views within 60 s above which a visit is a bot''s; 0 for no limit';

alter table fact_sites add column pace_limit smallint not null default 60;

comment on column fact_sites.pace_limit is
    'the limit by which reports and rollups count the site''s visits';

alter table visits add column pace integer not null default 0;

comment on column visits.pace is
    'most page views within 60 s of it; 0 where they are at most 10: see facts/visits.py';

update visits v
set pace = measured.pace
from (
    select visitor, visit_at, max(views) as pace
    from (
        select
            h.visitor,
            h.visit_at,
            count(*) over (
                partition by h.visitor, h.visit_at
                order by h.at
                range between 59999 preceding and current row
            ) as views
        from visits long
        join hits h
            on h.visitor = long.visitor
            and h.at >= long.start_at
            and h.at <= long.last_at
            and h.visit_at = long.start_at
        where long.pageviews > 10 and h.kind = 1
    ) windows
    group by visitor, visit_at
) measured
where v.visitor = measured.visitor
  and v.start_at = measured.visit_at
  and measured.pace > 10;

create index visits_pace_idx on visits (site, start_at) where pace > 0;

alter table jobs drop constraint jobs_kind_check;
alter table jobs add constraint jobs_kind_check
    check (kind in ('erase_visitor', 'erase_site', 'rezone', 'recount', 'audit'));

-- Sites that have such visits are counted as before until the job has invalidated their rollups.
with unlimited as (
    update fact_sites f
    set pace_limit = 0
    where exists (select from visits v where v.site = f.id and v.pace > 60)
    returning f.site_id
)
insert into jobs (kind, account_id, site_id)
select 'recount', m.account_id, m.site_id
from unlimited
join site_members m on m.site_id = unlimited.site_id and m.role = 'owner';
