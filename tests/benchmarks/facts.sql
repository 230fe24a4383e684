-- A year of one site's facts: three hits a visit, four visits in ten by someone who was there
-- before, few pages and countries that lead and many that follow.
select setseed(0.2026);

insert into dictionary (site, kind, digest, value)
select
    %(site)s,
    kind,
    md5(kind || ' ' || n || ' ' || %(site)s)::uuid,
    case kind when 1 then '/page/' || n else 'value-' || kind || '-' || n end
from (
    values
        (1, 300), (2, 12), (4, 4), (10, 400), (11, 40), (12, 8), (13, 30), (14, 8), (15, 60),
        (16, 20), (17, 20), (18, 60), (19, 200), (20, 600), (21, 12), (22, 8), (23, 3), (24, 4),
        (25, 40)
) kinds (kind, many)
cross join lateral generate_series(1, many) n;

create temp table words as
select kind, array_agg(id order by id) as ids, count(*) as many
from dictionary
where site = %(site)s
group by kind;

create function pg_temp.word(integer, float) returns integer language sql volatile as
$$select ids[1 + floor(many * $2 * $2 * $2)::integer] from words where kind = $1$$;

insert into contexts
    (site, digest, referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term,
     utm_content, country, region, city, browser, os, device, screen, language)
select
    %(site)s,
    md5('context ' || n || ' ' || %(site)s)::uuid,
    case when random() < 0.6 then pg_temp.word(10, random()) else 0 end,
    case when random() < 0.6 then pg_temp.word(11, random()) else 0 end,
    pg_temp.word(12, random()),
    case when random() < 0.2 then pg_temp.word(13, random()) else 0 end,
    case when random() < 0.2 then pg_temp.word(14, random()) else 0 end,
    case when random() < 0.2 then pg_temp.word(15, random()) else 0 end,
    case when random() < 0.05 then pg_temp.word(16, random()) else 0 end,
    case when random() < 0.05 then pg_temp.word(17, random()) else 0 end,
    pg_temp.word(18, random()),
    pg_temp.word(19, random()),
    pg_temp.word(20, random()),
    pg_temp.word(21, random()),
    pg_temp.word(22, random()),
    pg_temp.word(23, random()),
    pg_temp.word(24, random()),
    pg_temp.word(25, random())
from generate_series(1, 20000) n;

create temp table began as
select
    n,
    start_at,
    case
        when is_new then sum(is_new::integer) over earlier
        else 1 + floor(sum(is_new::integer) over earlier * (1 - power(random(), 3)))
    end::integer as visitor,
    (select min(id) from contexts where site = %(site)s) + floor(20000 * random())::integer
        as context,
    (1 + floor(-2.45 * ln(1 - random())))::integer as hits
from (
    select
        row_number() over () as n,
        start_at,
        random() < 0.6 or row_number() over () = 1 as is_new
    from (
        select distinct
            %(end)s::bigint
            - floor(random() * %(days)s)::bigint * 86400000
            - floor((random() + random()) * 43200000)::bigint as start_at
        from generate_series(1, (%(events)s / 3)::integer)
        order by 1
    ) starts
) visits
window earlier as (order by n);

insert into visitors (site, digest, value, imported)
select %(site)s, gen_random_uuid(), 'user_' || gen_random_uuid(), false
from generate_series(1, (select max(visitor) from began));

create temp table seen as
select
    b.visitor,
    b.start_at as visit_at,
    b.start_at + (i - 1) * (5000 + floor(random() * 200000)::bigint) as at,
    (select ids[1] from words where kind = 1) + floor(300 * power(random(), 3))::integer as page,
    case when random() < 0.8 or i = 1 then 1 else 2 end as kind,
    b.context
from began b
cross join lateral generate_series(1, b.hits) i;

insert into hits (at, visit_at, event, site, visitor, page, name, context, bot, kind, copy)
select
    at,
    visit_at,
    gen_random_uuid(),
    %(site)s,
    visitor,
    page,
    case kind
        when 2 then (select ids[1] from words where words.kind = 2) + floor(12 * random())::integer
        else 0
    end,
    context,
    0,
    kind,
    decode(repeat('00', 30), 'hex')
from seen
order by at;

insert into visits
    (start_at, last_at, site, visitor, pageviews, events, entry_page, exit_page, referrer, source,
     channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, region, city,
     browser, os, device, screen, language, context, pages, names, page_views, name_events)
select
    visit_at,
    max(last_at),
    %(site)s,
    visitor,
    coalesce(sum(times) filter (where kind = 1), 0),
    coalesce(sum(times) filter (where kind = 2), 0),
    (array_agg(word order by first_at) filter (where kind = 1))[1],
    (array_agg(word order by last_at desc) filter (where kind = 1))[1],
    c.referrer,
    c.source,
    c.channel,
    c.utm_source,
    c.utm_medium,
    c.utm_campaign,
    c.utm_term,
    c.utm_content,
    c.country,
    c.region,
    c.city,
    c.browser,
    c.os,
    c.device,
    c.screen,
    c.language,
    c.id,
    coalesce(array_agg(word order by word) filter (where kind = 1), '{}'),
    coalesce(array_agg(word order by word) filter (where kind = 2), '{}'),
    case
        when max(times) filter (where kind = 1) > 1
            then array_agg(times order by word) filter (where kind = 1)
    end,
    case
        when max(times) filter (where kind = 2) > 1
            then array_agg(times order by word) filter (where kind = 2)
    end
from (
    select
        visitor,
        visit_at,
        context,
        kind,
        case kind when 1 then page else name end as word,
        count(*) as times,
        min(at) as first_at,
        max(at) as last_at
    from hits
    where site = %(site)s
    group by 1, 2, 3, 4, 5
) words
join contexts c on c.id = words.context
group by visitor, visit_at, c.id
order by visit_at;

insert into periods (site, span, day, start_at, end_at)
select distinct
    %(site)s,
    span,
    date_trunc(span, day),
    extract(epoch from date_trunc(span, day) at time zone 'UTC') * 1000,
    extract(epoch from (date_trunc(span, day) + ('1 ' || span)::interval) at time zone 'UTC') * 1000
from (select distinct date_trunc('day', to_timestamp(at / 1000) at time zone 'UTC') as day
      from hits where site = %(site)s) days
cross join (values ('day'), ('month')) spans (span);

drop table words;
drop table began;
drop table seen;
