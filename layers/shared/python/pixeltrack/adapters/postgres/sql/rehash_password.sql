update accounts
set password_hash = %(new_hash)s
where id = %(account)s::uuid
  and password_hash = %(old_hash)s
