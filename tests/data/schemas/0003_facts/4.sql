-- What reports count: hits and visits (facts), rollups of closed days and months, and the jobs
-- that keep them. Instants are milliseconds since the epoch. 0 stands for "none" in every column
-- of dictionary ids. Facts have no foreign keys: only the aggregator writes them, under one lock.
-- depends: 0002_log_ins

create extension if not exists hll;

create table fact_sites (
    id       integer generated always as identity primary key,
    site_id  uuid not null unique,
    timezone text not null
);

comment on column fact_sites.timezone is 'the zone by which the site''s periods are cut';

create table visitors (
    id       integer generated always as identity primary key,
    site     integer not null,
    digest   uuid not null unique,
    value    text not null,
    imported boolean not null
);

create index visitors_site_idx on visitors (site, id);

create table dictionary (
    id     integer generated always as identity primary key,
    site   integer not null,
    kind   smallint not null,
    digest uuid not null unique,
    value  text not null
);

create index dictionary_site_kind_idx on dictionary (site, kind);

create table contexts (
    id           integer generated always as identity primary key,
    site         integer not null,
    digest       uuid not null unique,
    referrer     integer not null,
    source       integer not null,
    channel      integer not null,
    utm_source   integer not null,
    utm_medium   integer not null,
    utm_campaign integer not null,
    utm_term     integer not null,
    utm_content  integer not null,
    country      integer not null,
    region       integer not null,
    city         integer not null,
    browser      integer not null,
    os           integer not null,
    device       integer not null,
    screen       integer not null,
    language     integer not null
);

create index contexts_site_idx on contexts (site);

create table hits (
    at         bigint not null,
    visit_at   bigint,
    event      uuid not null unique,
    site       integer not null,
    visitor    integer not null,
    page       integer not null,
    name       integer not null,
    context    integer not null,
    bot        integer not null,
    kind       smallint not null check (kind between 1 and 3),
    copy       bytea not null check (octet_length(copy) = 30),
    properties integer[]
);

comment on column hits.visit_at is 'start of its visit; null for a bot''s and for engagement outside a visit';
comment on column hits.kind is '1 page view, 2 other counted event, 3 engagement';
comment on column hits.copy is 'which copy of the event this is: the lowest of all that arrived';

create index hits_site_at_idx on hits (site, at);
create index hits_visitor_at_idx on hits (visitor, at);
-- When the copies were stored: rows come almost in this order, so a summary of pages is enough.
create index hits_stored_idx on hits using brin (substring(copy from 17 for 6))
    with (pages_per_range = 16, autosummarize = on);

create table visits (
    start_at     bigint not null,
    last_at      bigint not null,
    site         integer not null,
    visitor      integer not null,
    pageviews    integer not null,
    events       integer not null,
    entry_page   integer not null,
    exit_page    integer not null,
    referrer     integer not null,
    source       integer not null,
    channel      integer not null,
    utm_source   integer not null,
    utm_medium   integer not null,
    utm_campaign integer not null,
    utm_term     integer not null,
    utm_content  integer not null,
    country      integer not null,
    region       integer not null,
    city         integer not null,
    browser      integer not null,
    os           integer not null,
    device       integer not null,
    screen       integer not null,
    language     integer not null,
    context      integer not null,
    pages        integer[] not null,
    names        integer[] not null,
    primary key (visitor, start_at)
) with (fillfactor = 90);

comment on column visits.pages is 'distinct pages viewed, ascending';
comment on column visits.names is 'distinct names of its events that are no page views, ascending';

create index visits_site_start_idx on visits (site, start_at);

-- The days that have hits, and the months of those days. A day sealed keeps its row and rollups
-- for ever; its instants stay those of the zone in which it was sealed.
create table periods (
    id          integer generated always as identity primary key,
    site        integer not null,
    span        text not null check (span in ('day', 'month')),
    day         date not null,
    start_at    bigint not null,
    end_at      bigint not null check (end_at > start_at),
    imported_at bigint,
    rolled_at   bigint,
    sealed_at   bigint,
    unique (site, span, start_at)
);

comment on column periods.day is 'the day, or the first day of the month';
comment on column periods.imported_at is 'when the last import into it was aggregated';

create index periods_unrolled_idx on periods (end_at) where rolled_at is null;

create table rollups (
    period      integer not null,
    dimension   smallint not null,
    value       integer not null,
    visits      integer not null,
    pageviews   integer not null,
    events      integer not null,
    bounces     integer not null,
    duration_ms bigint not null,
    visitors    hll not null,
    primary key (period, dimension, value)
);

comment on column rollups.value is 'dictionary id, 0 none, -1 all the values not kept';

create table applied_buckets (
    digest    uuid primary key,
    stored_at bigint not null
);

create index applied_buckets_stored_idx on applied_buckets (stored_at);

create table aggregation (
    one        boolean primary key default true check (one),
    watermark  bigint not null default 0,
    swept_at   bigint not null default 0,
    generation integer not null default 0
);

comment on column aggregation.watermark is 'every bucket stored by this instant is in';
comment on column aggregation.swept_at is 'when the last completed sweep began';
comment on column aggregation.generation is 'rises when dictionary ids are deleted';

insert into aggregation default values;

-- No reference to sites: an erased site's tombstone must outlive it.
create table tombstones (
    digest    uuid primary key,
    erased_at bigint not null
);

create table jobs (
    id          uuid primary key default gen_random_uuid(),
    kind        text not null check (kind in ('erase_visitor', 'erase_site', 'rezone', 'audit')),
    account_id  uuid not null,
    site_id     uuid not null,
    subject     uuid not null default '00000000-0000-0000-0000-000000000000',
    state       text not null default 'queued'
        check (state in ('queued', 'running', 'done', 'failed')),
    progress    real not null default 0 check (progress between 0 and 1),
    position    jsonb not null default '{}',
    tries       smallint not null default 0,
    not_before  bigint not null default 0,
    result      jsonb,
    error       text,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    finished_at timestamptz
);

comment on column jobs.position is 'where the work goes on: no value of a visitor''s';
comment on column jobs.tries is 'how often the chunk at this position has failed';

create unique index jobs_unfinished_key on jobs (kind, site_id, subject) where finished_at is null;
create index jobs_account_idx on jobs (account_id);

create table goals (
    id         uuid primary key default gen_random_uuid(),
    site_id    uuid not null references sites on delete cascade,
    name       text not null check (length(name) between 1 and 200),
    kind       text not null check (kind in ('page', 'event')),
    pattern    text not null check (length(pattern) between 1 and 500),
    created_at timestamptz not null default now()
);

create unique index goals_pattern_key on goals (site_id, kind, pattern);
