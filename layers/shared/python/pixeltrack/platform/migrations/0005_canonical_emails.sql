-- The one form by which a mail address is known, and tokens for nobody.
-- depends: 0004_sealing_and_words

alter table accounts
    add column canonical_email text check (length(canonical_email) between 3 and 254);

comment on column accounts.canonical_email is
    'made by accounts/emails.py; null until the migrator gives it, or where it is another''s';

create unique index accounts_canonical_email_key on accounts (canonical_email);
drop index accounts_email_key;
create unique index accounts_email_key on accounts (email);

-- Asking for a new password costs the same whether or not the address has an account.
alter table one_time_tokens alter column account_id drop not null;
