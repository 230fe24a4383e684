-- Locked, so that who asks for the erasure again waits for this chunk to be written.
select erased_at
from tombstones
where digest = %(key)s
for share
