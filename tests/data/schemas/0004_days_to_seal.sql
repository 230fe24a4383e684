-- Each site has a retention of its own: the oldest day of each that is rolled and open.
-- depends: 0003_facts

create index periods_to_seal_idx on periods (site, end_at)
    where span = 'day' and rolled_at is not null and sealed_at is null;
