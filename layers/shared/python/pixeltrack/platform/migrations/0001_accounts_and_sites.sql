-- Accounts, their sites, who may see them, API keys and the salts of visitors without an id.

create table accounts (
    id         uuid primary key default gen_random_uuid(),
    email      text not null check (length(email) between 3 and 254 and position('@' in email) > 1),
    name       text check (length(name) <= 200),
    language   text not null default 'en' check (language in ('en', 'ru')),
    created_at timestamptz not null default now()
);

create unique index accounts_email_key on accounts (lower(email));

create table sites (
    id              uuid primary key default gen_random_uuid(),
    tracking_id     text not null unique check (tracking_id ~ '^pt_[0-9a-f]{32}$'),
    url             text not null check (url ~ '^https?://[^/]' and length(url) <= 2048),
    name            text not null check (length(name) between 3 and 200),
    timezone        text not null default 'UTC' check (length(timezone) between 1 and 64),
    status          text not null default 'active' check (status in ('active', 'paused')),
    retention_days  integer not null default 730 check (retention_days between 1 and 3660),
    identity        text not null default 'storage' check (identity in ('storage', 'cookieless')),
    excluded_ips    inet[] not null default '{}',
    allowed_domains text[] not null default '{}',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now()
);

create table site_members (
    site_id    uuid not null references sites on delete cascade,
    account_id uuid not null references accounts on delete cascade,
    role       text not null check (role in ('owner', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (site_id, account_id)
);

create unique index site_members_owner_key on site_members (site_id) where role = 'owner';
create index site_members_account_idx on site_members (account_id);

create table api_keys (
    id         uuid primary key default gen_random_uuid(),
    account_id uuid not null references accounts on delete cascade,
    name       text not null check (length(name) between 1 and 200),
    prefix     text not null check (length(prefix) between 4 and 16),
    hash       bytea not null unique check (octet_length(hash) = 32),
    scopes     text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create index api_keys_account_idx on api_keys (account_id);

-- No reference to sites: a site deleted while its last events are on the way must not stop them,
-- and every salt is gone after two days anyway.
create table visitor_salts (
    site_id    uuid not null,
    day        date not null,
    salt       bytea not null check (octet_length(salt) = 32),
    created_at timestamptz not null default now(),
    primary key (site_id, day)
);

create index visitor_salts_created_idx on visitor_salts (created_at);
