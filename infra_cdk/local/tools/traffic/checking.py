"""Compares what the API reports of generated traffic with its true figures."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from infra_cdk.local.tools.history import Tell

MOST_OTHER_ZONE_DAYS = 92
"""Longest range that reports answer in a zone that is not the site's."""

SKETCH_ERROR = 5 * 1.04 / 2**7
"""Five standard errors of a sketch (log2m 14): how far visitors may be off where not exact."""

ROUNDING = 0.0000501
"""Half of the last digit in which reports give rates and durations, and what floats lose."""

_ROWS = 1000
_COUNTS = ("visits", "pageviews", "events")
_BREAKDOWNS = {
    "page": ("pages", ("visits", "pageviews")),
    "event": ("events", ("visits", "events")),
    "entry_page": ("entry_pages", _COUNTS),
    "exit_page": ("exit_pages", _COUNTS),
    "source": ("sources", _COUNTS),
    "channel": ("channels", _COUNTS),
    "country": ("countries", _COUNTS),
    "network": ("networks", _COUNTS),
}
Figures = Mapping[str, Any]


@dataclass(slots=True)
class Checked:
    """How many figures were compared, and a description of each that differed.

    `sketched` counts the responses whose visitors came from sketches, so from rollups.
    """

    figures: int = 0
    differences: list[str] = field(default_factory=list)
    sketched: int = 0


def check(origin: str, api_key: str, truth: Mapping[str, Any], tell: Tell) -> Checked:
    """Compare every figure of a truth file; raise `OSError` where the API refuses."""
    api = _Api(origin, api_key)
    done = Checked()
    for site in truth["sites"]:
        for about, found, expected in _figures(api, truth, site):
            done.figures += 1
            if found != expected:
                done.differences.append(f"{about}: {found}, not {expected}")
            tell(f"compared {done.figures:,} figures, {len(done.differences)} differ")
    done.sketched = api.sketched
    api.close()
    return done


def _figures(
    api: "_Api", truth: Mapping[str, Any], site: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield what a figure is about, the API's value, and the true value."""
    first, last = date.fromisoformat(truth["from"]), date.fromisoformat(truth["to"])
    whole = {"siteId": site["siteId"], "period": "custom", "from": first, "to": last}
    own = site["timezone"]
    for zone in truth["zones"]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        true_days = site["days"][zone]
        for day in days:
            asked = whole | {"from": day, "to": day, "timezone": zone}
            about = f"{site['siteId']} {zone} {day}"
            yield from _summary(api, asked, about, true_days.get(str(day), {}))
        if zone == own or len(days) <= MOST_OTHER_ZONE_DAYS:
            about = f"{site['siteId']} {zone}"
            answer = api.get("summary", whole | {"timezone": zone})
            yield from _metrics(answer, about, site["totals"])
            yield from _series(answer, zone, about, true_days)
            yield f"{about} bots", answer["bots"]["byReason"], site["bots"]
    # In a zone that is not the site's own, facts are read; in its own, rollups where they exist.
    other = next(zone for zone in truth["zones"] if zone != own)
    for zone in [own, other] if (last - first).days < MOST_OTHER_ZONE_DAYS else [own]:
        for dimension, (table, names) in _BREAKDOWNS.items():
            asked = whole | {"timezone": zone, "dimension": dimension, "limit": _ROWS}
            about = f"{site['siteId']} {zone} {dimension}"
            yield from _breakdown(api, asked, about, (site[table], names))


def _summary(
    api: "_Api", asked: Mapping[str, Any], about: str, true: Figures
) -> Iterator[tuple[str, Any, Any]]:
    answer = api.get("summary", asked)
    for name in _COUNTS:
        yield f"{about} {name}", answer["metrics"][name], true.get(name, 0)
    yield _visitors(answer, answer["metrics"], about, true)


def _metrics(answer: Figures, about: str, true: Figures) -> Iterator[tuple[str, Any, Any]]:
    found = answer["metrics"]
    for name in _COUNTS:
        yield f"{about} {name}", found[name], true.get(name, 0)
    yield _visitors(answer, found, about, true)
    yield from _means(found, about, true)


def _means(found: Figures, about: str, true: Figures) -> Iterator[tuple[str, Any, Any]]:
    visits = true.get("visits", 0)
    if visits:
        rate, duration = true["bounces"] / visits, true["durationMs"] / 1000 / visits
        yield f"{about} bounceRate", _rounded(found["bounceRate"], rate), rate
        yield f"{about} visitDuration", _rounded(found["visitDuration"], duration), duration


def _rounded(found: float, true: float) -> float:
    """Return the true value where a mean was rounded from it."""
    return true if abs(found - true) <= ROUNDING else found


def _series(
    answer: Figures, zone: str, about: str, true_days: Mapping[str, Figures]
) -> Iterator[tuple[str, Any, Any]]:
    if answer["range"]["interval"] != "day":
        return
    for point in answer["series"]:
        day = datetime.fromisoformat(point["at"]).astimezone(ZoneInfo(zone)).date()
        true = true_days.get(str(day), {})
        for name in ("visits", "pageviews"):
            yield f"{about} series {day} {name}", point[name], true.get(name, 0)
        yield from _means(point, f"{about} series {day}", true)
        yield _visitors(answer, point, f"{about} series {day}", true)


def _breakdown(
    api: "_Api", asked: Mapping[str, Any], about: str, true: tuple[Mapping[str, Figures], Any]
) -> Iterator[tuple[str, Any, Any]]:
    rows, names = true
    answer = api.get("breakdown", asked)
    yield f"{about} values", {row["value"] for row in answer["rows"]}, set(rows)
    for row in answer["rows"]:
        expected = rows.get(row["value"], {})
        for name in names:
            yield f"{about} {row['value']!r} {name}", row[name], expected.get(name, 0)
        yield _visitors(answer, row, f"{about} {row['value']!r}", expected)


def _visitors(answer: Figures, found: Figures, about: str, true: Figures) -> tuple[str, Any, Any]:
    """Return visitors to be compared; what says it is an estimate may be off by its error."""
    expected, said = true.get("visitors", 0), found["visitors"]
    is_estimate = not found.get("exact", answer["exact"])
    is_near = is_estimate and abs(said - expected) <= max(1, SKETCH_ERROR * expected)
    return f"{about} visitors", expected if is_near else said, expected


class _Api:
    """Asks reports over one connection."""

    def __init__(self, origin: str, api_key: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self.sketched = 0

    def get(self, report: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        query = urlencode(parameters)
        self._connection.request("GET", f"/api/v1/reports/{report}?{query}", headers=self._headers)
        answer = self._connection.getresponse()
        content: dict[str, Any] = json.load(answer)
        if answer.status != 200:
            raise OSError(f"{report}?{query}: {answer.status} {content}")
        self.sketched += not content["exact"]
        return content

    def close(self) -> None:
        self._connection.close()
