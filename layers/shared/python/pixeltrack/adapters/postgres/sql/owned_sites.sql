select site_id::text as id
from site_members
where account_id = %(account)s::uuid
  and role = 'owner'
