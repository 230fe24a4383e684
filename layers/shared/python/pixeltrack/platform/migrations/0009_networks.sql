-- Addresses of hosting providers: what events tell of them, and whose count as bots'.
-- depends: 0008_pace

alter table contexts add column network integer not null default 0;
alter table visits add column network integer not null default 0;

-- Bots' events are few among all hits, and looked at alone.
create index hits_of_bots_idx on hits (site, at) where bot <> 0;

alter table sites
    add column exclude_hosting text not null default 'suspicious'
        check (exclude_hosting in ('suspicious', 'all', 'none'));

comment on column sites.exclude_hosting is
    'which events from networks of hosting providers count as those of bots';
