delete from refresh_families
where id = %(family)s::uuid
