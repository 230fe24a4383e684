-- Events of which two copies said different things. The first received counts.
-- depends: 0006_job_turns

create table conflicts (
    event uuid primary key,
    site  integer not null,
    at    bigint not null
);

comment on table conflicts is 'events whose id came more than once, with different contents';
comment on column conflicts.event is 'as in hits';

create index conflicts_site_at_idx on conflicts (site, at);
