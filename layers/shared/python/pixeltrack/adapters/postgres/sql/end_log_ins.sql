delete from refresh_families
where account_id = %(account)s::uuid
