delete from contexts c
where c.site = %(site)s
  and not exists (select from hits h where h.site = %(site)s and h.context = c.id)
