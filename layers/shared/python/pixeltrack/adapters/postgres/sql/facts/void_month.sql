-- The month of a day that is about to be rolled.
with voided as (
    update periods m
    set rolled_at = null
    from periods d
    where d.id = %(period)s
      and m.site = d.site
      and m.span = 'month'
      and m.day = date_trunc('month', d.day)::date
    returning m.id
)
delete from rollups r
using voided
where r.period = voided.id
