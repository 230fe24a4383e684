-- Days with hits. What a sealed day leaves of one is kept even without, and so is a day of the
-- same date as a sealed one's in its zone: a hit may come there.
insert into periods (site, span, day, start_at, end_at, imported_at)
select
    %(site)s,
    'day',
    piece.day,
    piece.start_at,
    piece.end_at,
    (
        select max(import.imported_at)
        from unnest(
            %(import_starts)s::bigint[], %(import_ends)s::bigint[], %(imports)s::bigint[]
        ) import (start_at, end_at, imported_at)
        where import.start_at < piece.end_at and import.end_at > piece.start_at
    )
from unnest(
    %(days)s::date[], %(starts)s::bigint[], %(ends)s::bigint[], %(are_whole)s::boolean[]
) piece (day, start_at, end_at, is_whole)
where not piece.is_whole
   or exists (
       select
       from periods p
       where p.site = %(site)s and p.span = 'day' and p.day = piece.day
   )
   or exists (
       select
       from hits h
       where h.site = %(site)s and h.at >= piece.start_at and h.at < piece.end_at
   )
returning day
