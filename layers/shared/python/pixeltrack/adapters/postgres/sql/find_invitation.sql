select email
from invitations
where hash = %(hash)s
  and expires_at > %(now)s
