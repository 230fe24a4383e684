"""Generates traffic as imports through Kafka, and writes the true figures to a file."""

import hashlib
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from infra_cdk.local.stack import Stack
from infra_cdk.local.tools import history
from infra_cdk.local.tools.history import Tell
from infra_cdk.local.tools.traffic.catalogue import ZONES, written
from infra_cdk.local.tools.traffic.people import Action, Crowd, Visit, Visitor, shorten
from infra_cdk.local.tools.traffic.scanners import with_scanners
from infra_cdk.local.tools.traffic.sites import Generated, make_sites
from infra_cdk.local.tools.traffic.truth import SiteTruth
from pixeltrack.events.wire import RawEvent, WireEvent
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.instants import iso

MIXED_EVENTS = 20_000
"""About how many events are put in the order of their time before they are sent."""

STUCK_AFTER_S = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be generated: so many events on so many days before `until`, for `sites` sites."""

    events: int
    days: int
    sites: int
    seed: int
    until: date

    @property
    def first(self) -> date:
        """Return the first day, of UTC."""
        return self.until - timedelta(days=self.days)

    @property
    def name(self) -> str:
        """Return 12 hex digits that stand for the plan: the same plan is the same events."""
        text = f"{self.events}/{self.days}/{self.sites}/{self.seed}/{self.until}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def run(stack: Stack, plan: Plan, tell: Tell) -> Path:
    """Generate and send; return the file of the truth once reports show everything.

    The sites are the demo account's, made at the first run of a plan and found at the next.
    """
    made = make_sites(stack.environ()["DATABASE_URL"], plan.name, plan.sites)
    truths = [SiteTruth() for _ in made]
    stream = history.raw_stream(stack.environ())
    sent = history.send(stream, events(plan, [m.tracking_id for m in made], truths), tell)
    history.wait_until_counted(stack, tell, within_s=STUCK_AFTER_S)
    path = stack.directory / "generated" / f"{plan.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_truth(plan, sent, made, truths), indent=1, sort_keys=True) + "\n")
    return path


def events(
    plan: Plan, tracking_ids: Sequence[TrackingId], truths: Sequence[SiteTruth]
) -> Iterator[RawEvent]:
    """Yield the events of a plan, and add each visitor to the truth of the site on the way."""
    start, end = _midnight_ms(plan.first), _midnight_ms(plan.until)
    crowd = Crowd(plan.seed, plan.sites, start, end)
    order = random.Random(plan.seed)  # noqa: S311 - as the crowd's
    serial = count()
    mixed: list[tuple[int, RawEvent]] = []
    for visitor in _within(plan.events, with_scanners(crowd.visitors(), end)):
        truths[visitor.site].add(visitor)
        for at, event in _sendings(visitor, tracking_ids[visitor.site], plan.name, serial):
            # A repeat comes hours after what it repeats, or before it.
            mixed.append((at + order.randrange(3_600_000), event))
        if len(mixed) >= MIXED_EVENTS:
            yield from _in_order(mixed)
            mixed.clear()
    yield from _in_order(mixed)


def _within(most: int, visitors: Iterable[Visitor]) -> Iterator[Visitor]:
    """Yield visitors until their events are exactly `most`."""
    for visitor in visitors:
        shorten(visitor, most)
        most -= visitor.sendings
        yield visitor
        if most == 0:
            return


def _in_order(mixed: list[tuple[int, RawEvent]]) -> Iterator[RawEvent]:
    return (event for _, event in sorted(mixed, key=lambda item: item[0]))


def _sendings(
    visitor: Visitor, tracking_id: TrackingId, name: str, serial: Iterator[int]
) -> Iterator[tuple[int, RawEvent]]:
    for visit in visitor.visits:
        entered = False
        for action in visit.actions:
            is_entry = action.type == "pageview" and not entered
            entered = entered or is_entry
            event_id = f"import:{name}:{next(serial)}"
            for repeat in range(action.times):
                url = written(action.path, action.at + repeat)
                url += visit.entry.query if is_entry else ""
                event = _raw(
                    visitor, visit, action, tracking_id, event_id, url=url, is_entry=is_entry
                )
                yield action.at, event


def _raw(
    visitor: Visitor,
    visit: Visit,
    action: Action,
    tracking_id: TrackingId,
    event_id: str,
    *,
    url: str,
    is_entry: bool,
) -> RawEvent:
    """Write an action as the tracker would; only what opens a visit carries how it came."""
    return RawEvent(
        v=1,
        received_at=time.time_ns() // 1_000_000,
        ip=visitor.address.ip,
        user_agent=visitor.agent,
        country=visitor.country.code,
        event=WireEvent(
            site_id=tracking_id,
            event_type=action.type,
            url=url,
            id=event_id,
            referrer=visit.entry.referrer if is_entry else None,
            timestamp=iso(action.at),
            user_id=f"generated_{visitor.number}",
            screen=visitor.screen,
            language=visitor.language,
            payload=action.payload,
        ),
    )


def _midnight_ms(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def _truth(
    plan: Plan, sent: int, made: Sequence[Generated], truths: Sequence[SiteTruth]
) -> dict[str, Any]:
    return {
        "from": (plan.first - timedelta(days=1)).isoformat(),
        "to": plan.until.isoformat(),
        "zones": ZONES,
        "seed": plan.seed,
        "sent": sent,
        "sites": [
            {"siteId": m.site_id, "trackingId": m.tracking_id, "timezone": m.timezone}
            | truth.plain()
            for m, truth in zip(made, truths, strict=True)
        ],
    }
