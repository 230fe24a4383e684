-- Passwords, log-ins, the tokens in mails, invitations and the counters of attempts.
-- depends: 0001_accounts_and_sites

alter table accounts
    add column password_hash text check (length(password_hash) between 32 and 512),
    add column confirmed_at timestamptz;

create table refresh_families (
    id         uuid primary key default gen_random_uuid(),
    account_id uuid not null references accounts on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create index refresh_families_account_idx on refresh_families (account_id);
create index refresh_families_expires_idx on refresh_families (expires_at);

-- A used token stays until it would have expired, so that its use by a thief is noticed.
create table refresh_tokens (
    hash       bytea primary key check (octet_length(hash) = 32),
    family_id  uuid not null references refresh_families on delete cascade,
    rotated_at timestamptz,
    expires_at timestamptz not null
);

create index refresh_tokens_family_idx on refresh_tokens (family_id);
create index refresh_tokens_expires_idx on refresh_tokens (expires_at);

create table one_time_tokens (
    hash       bytea primary key check (octet_length(hash) = 32),
    purpose    text not null check (purpose in ('confirm', 'reset')),
    account_id uuid not null references accounts on delete cascade,
    expires_at timestamptz not null
);

create index one_time_tokens_account_idx on one_time_tokens (account_id);
create index one_time_tokens_expires_idx on one_time_tokens (expires_at);

create table invitations (
    hash       bytea primary key check (octet_length(hash) = 32),
    email      text not null check (length(email) between 3 and 254),
    invited_by uuid not null references accounts on delete cascade,
    expires_at timestamptz not null
);

create index invitations_invited_by_idx on invitations (invited_by);
create index invitations_expires_idx on invitations (expires_at);

-- Keys are keyed hashes of what is counted: no address of a person or machine is stored.
create table throttles (
    key        bytea primary key check (octet_length(key) = 32),
    attempts   integer not null,
    expires_at timestamptz not null
);

create index throttles_expires_idx on throttles (expires_at);
