-- One for every site that has an owner, made in the owner's name.
insert into jobs (kind, account_id, site_id)
select 'audit', m.account_id, m.site_id
from site_members m
where m.role = 'owner'
on conflict (kind, site_id, subject) where finished_at is null do nothing
