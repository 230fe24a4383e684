-- What sealing finds its days by, and what forgetting words remembers between transactions.
-- depends: 0003_facts

-- Each site has a retention of its own: the oldest day of each that is rolled and open.
create index periods_to_seal_idx on periods (site, end_at)
    where span = 'day' and rolled_at is not null and sealed_at is null;

-- Contexts and dictionary entries, by their digests, that may be unused: see `facts/words.py`.
create table word_marks (
    digest uuid primary key,
    owner  bigint not null
);

comment on column word_marks.owner is 'the walk that may delete the word';

create index word_marks_owner_idx on word_marks (owner);
