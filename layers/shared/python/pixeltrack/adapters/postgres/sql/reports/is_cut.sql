select exists (
    select
    from rollups
    where period = any(%(spans)s)
      and dimension = %(dimension)s
      and value = -1
) as is_cut
