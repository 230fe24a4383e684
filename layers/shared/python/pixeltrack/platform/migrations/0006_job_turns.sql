-- Whose turn it is among jobs and among sites, and which jobs are done together.
-- depends: 0005_canonical_emails

alter table jobs add column leader uuid;

comment on column jobs.leader is 'the job in whose chunks this one is done, while it is unfinished';

create index jobs_leader_idx on jobs (leader) where leader is not null;

create table job_turns (
    account_id uuid not null,
    is_erasure boolean not null,
    taken_at   timestamptz not null,
    primary key (account_id, is_erasure)
);

comment on column job_turns.taken_at is 'when the last chunk of such a job of this account was done';

alter table aggregation
    add column rolled_site integer not null default 0,
    add column sealed_site integer not null default 0;

comment on column aggregation.rolled_site is 'the site of which a day or month was rolled up last';
comment on column aggregation.sealed_site is 'the site of which a day was sealed last';

create index periods_unrolled_site_idx on periods (site, end_at)
    where rolled_at is null and span = 'day' and sealed_at is null;
