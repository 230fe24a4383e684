"""Reports, naively: a few loops over every event and visit of a site."""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from pixeltrack.facts.dimensions import Dimension
from pixeltrack.facts.visits import Kind
from tests.fakes.random_history import RandomEvent, RandomVisit, texts_of
from tests.fakes.report_tables import ReportFixture

OF_EVENTS = {Dimension.PAGE, Dimension.EVENT, Dimension.OUTBOUND, Dimension.DOWNLOAD}
WITHOUT_NONE = {
    *(d for d in Dimension if d.startswith(("utm_", "ent", "exit"))),
    Dimension.REFERRER,
}

WRITTEN = {"page", "entry_page", "exit_page", "referrer", "source", "outbound", "download"}


class Reference:
    """Returns what a report must say of an interval, with filters as the API takes them."""

    def __init__(self, fixture: ReportFixture, filters: Sequence[str] = ()) -> None:
        self.visits = [v for v in fixture.visits if all(fits(v, text) for text in filters)]
        self.bots = [told for told in fixture.hits if told.bot and told.kind is not Kind.ENGAGEMENT]

    def metrics(self, start: int, end: int) -> dict[str, Any]:
        began = [v for v in self.visits if start <= v.start < end]
        hits = [t for v in self.visits for t in v.counted if start <= t.at < end]
        views = sum(t.kind is Kind.PAGEVIEW for t in hits)
        return {
            "visitors": len({t.visitor for t in hits}),
            "visits": len(began),
            "pageviews": views,
            "events": len(hits) - views,
            **_means(began),
            "viewsPerVisit": _rate(views, len(began)),
        }

    def by_reason(self, start: int, end: int) -> dict[str, int]:
        reasons = [t.bot for t in self.bots if start <= t.at < end]
        return {reason: reasons.count(reason) for reason in set(reasons)}

    def bot_rows(
        self, start: int, end: int, dimension: str, *, reason: str | None = None
    ) -> list[dict[str, Any]]:
        """Return all rows of bots' events, in order."""
        bots = [t for t in self.bots if start <= t.at < end and reason in {None, t.bot}]
        rows: list[dict[str, Any]] = []
        for value in {text for t in bots for text in _bot_texts(t, dimension)}:
            having = [t for t in bots if value in _bot_texts(t, dimension)]
            views = sum(t.kind is Kind.PAGEVIEW for t in having)
            rows.append(
                {
                    "value": value,
                    "visitors": len({t.visitor for t in having}),
                    "pageviews": views,
                    "events": len(having) - views,
                }
            )
        rows.sort(key=lambda r: (-r["pageviews"] - r["events"], r["value"].encode()))
        return [row | {"value": read(dimension, row["value"])} for row in rows]

    def conversions(self, start: int, end: int, kind: str, pattern: str) -> int:
        began = [v for v in self.visits if start <= v.start < end]
        return sum(reached(v, kind, pattern) for v in began)

    def rows(
        self,
        start: int,
        end: int,
        dimension: str,
        *,
        event: str = "",
        goal: tuple[str, str] | None = None,
        search: str = "",
    ) -> list[dict[str, Any]]:
        """Return all rows, in order."""
        told_of = _told_of(dimension, event)
        values = {text for v in self.visits for t in v.counted for text in told_of(v, t)}
        if dimension in WITHOUT_NONE:
            values.discard("")
        visitors = self.metrics(start, end)["visitors"]
        rows: list[dict[str, Any]] = []
        for value in values:
            if search.lower() not in read(dimension, value).lower():
                continue
            having = [(v, [t for t in v.counted if value in told_of(v, t)]) for v in self.visits]
            began = [v for v, told in having if told and start <= v.start < end]
            hits = [t for _, told in having for t in told if start <= t.at < end]
            if not began and not hits:
                continue
            views = sum(t.kind is Kind.PAGEVIEW for t in hits)
            converted = sum(reached(v, *goal) for v in began) if goal else None
            rows.append(
                {
                    "value": value,
                    "visitors": len({t.visitor for t in hits}),
                    "visits": len(began),
                    "pageviews": views,
                    "events": len(hits) - views,
                    **_means(began),
                    "share": min(1.0, _rate(len({t.visitor for t in hits}), visitors) or 0.0),
                    "exact": True,
                    "conversions": converted,
                    "conversionRate": None if converted is None else _rate(converted, len(began)),
                }
            )
        rows.sort(key=lambda r: (-r["visitors"], -r["visits"], r["value"].encode()))
        return [row | {"value": read(dimension, row["value"])} for row in rows]


def _bot_texts(told: RandomEvent, dimension: str) -> list[str]:
    if dimension == "reason":
        return [told.bot]
    if dimension in {Dimension.PAGE, Dimension.EVENT}:
        return texts_of(told, dimension)
    return [told.context[Dimension(dimension)]]


def fits(visit: RandomVisit, text: str) -> bool:
    """Tell whether a visit fits a filter."""
    dimension, operator, value = text.split(":", 2)
    texts = {read(dimension, text) for text in visit.texts(Dimension(dimension))}
    if operator != "contains":
        value = read(dimension, re.sub("%..", lambda found: found[0].upper(), value))
    match operator:
        case "is":
            return value in texts
        case "is_not":
            return value not in texts
        case _:
            return any(value.lower() in t.lower() for t in texts)


def read(dimension: str, value: str) -> str:
    """Return a value as people read it: letters in place of escapes, hosts in Unicode."""
    if dimension not in WRITTEN:
        return value
    value = re.sub("(?:%[89A-F].)+", lambda found: unquote(found[0], errors="strict"), value)
    return re.sub(r"xn--[a-z0-9.-]+", lambda found: found[0].encode().decode("idna"), value)


def reached(visit: RandomVisit, kind: str, pattern: str) -> bool:
    """Tell whether a visit reached a goal."""
    wanted = Kind.PAGEVIEW if kind == "page" else Kind.EVENT
    told = [t for t in visit.counted if t.kind is wanted]
    if kind == "page":
        return any(fnmatchcase(read("page", t.page), pattern) for t in told)
    return any(t.name == pattern for t in told)


def _told_of(dimension: str, event: str) -> Callable[[RandomVisit, RandomEvent], list[str]]:
    if dimension == "payload":
        return lambda _, told: list(told.properties) if told.name == event else []
    if Dimension(dimension) in OF_EVENTS:
        return lambda _, told: texts_of(told, dimension)
    return lambda visit, _: list(visit.texts(Dimension(dimension)))


def _means(began: Sequence[RandomVisit]) -> dict[str, float | None]:
    return {
        "bounceRate": _rate(sum(v.is_bounce for v in began), len(began)),
        "visitDuration": _rate(sum(v.last - v.start for v in began) / 1000, len(began)),
    }


def _rate(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
