"""Facts read back in texts, from memory or from tables, to be compared with the reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from pixeltrack.events import identity
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.platform.identifiers import SiteId
from tests.fakes.facts import State
from tests.fakes.truth import Copy, TrueVisit


@dataclass(frozen=True)
class Shown:
    """Every hit by its event's key as (at, start of its visit), and every visit."""

    hits: dict[bytes, tuple[int, int | None]]
    visits: set[TrueVisit]


def expected(starts: dict[Copy, int | None], visits: set[TrueVisit]) -> Shown:
    """Write what the reference says in the same form."""
    keys = {identity.event_key(SiteId(copy.site), copy.event.id): copy for copy in starts}
    return Shown({key: (copy.event.at, starts[copy]) for key, copy in keys.items()}, visits)


def in_memory(state: State) -> Shown:
    """Read the tables of the fake."""
    texts = {0: ""} | {number: entry.value for number, entry in state.values.values()}
    visitors = dict(state.visitors.values())
    contexts = {number: entry.ids for number, entry in state.contexts.values()}
    sites = {site.number: site_id for site_id, site in state.sites.items()}
    visits = {
        TrueVisit(
            site=sites[visit.site],
            visitor=visitors[visit.visitor].value,
            imported=visitors[visit.visitor].imported,
            start_at=visit.start_at,
            last_at=visit.last_at,
            pageviews=visit.pageviews,
            events=visit.events,
            entry=texts[visit.entry_page],
            exit=texts[visit.exit_page],
            context=tuple(texts[n] for n in contexts[visit.context]),
            pages=_counted([texts[n] for n in visit.pages], visit.page_views),
            names=_counted([texts[n] for n in visit.names], visit.name_events),
            pace=visit.pace,
        )
        for visit in state.visits.values()
    }
    return Shown({h.key: (h.at, h.visit_at) for h in state.hits.values()}, visits)


_VISITS = """
    select s.site_id::text, w.value, w.imported, v.start_at, v.last_at, v.pageviews, v.events,
           pg_temp.t(v.entry_page), pg_temp.t(v.exit_page), array[{context}],
           array(select pg_temp.t(n) from unnest(v.pages) n),
           array(select pg_temp.t(n) from unnest(v.names) n), v.page_views, v.name_events, v.pace
    from visits v
    join fact_sites s on s.id = v.site
    join visitors w on w.id = v.visitor
""".format(context=", ".join(f"pg_temp.t(v.{name})" for name in ATTRIBUTES))  # noqa: S608 - names of ours
_TEXT = """
    create or replace function pg_temp.t(number integer) returns text language sql as
    $$ select coalesce((select value from dictionary where id = number), '') $$
"""


def in_tables(url: str) -> Shown:
    """Read the tables of a database."""
    with psycopg.connect(url) as connection:
        connection.execute(_TEXT)
        found = connection.execute("select event, at, visit_at from hits").fetchall()
        visits = {
            TrueVisit(
                *[*row, tuple(context), _counted(pages, views), _counted(names, events), pace]
            )
            for *row, context, pages, names, views, events, pace in connection.execute(_VISITS)
        }
    return Shown({event.bytes: (at, visit_at) for event, at, visit_at in found}, visits)


def _counted(texts: Sequence[str], times: Sequence[int] | None) -> frozenset[tuple[str, int]]:
    return frozenset(zip(texts, times or [1] * len(texts), strict=True))
