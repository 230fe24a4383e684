"""The truth of generated traffic equals what a plain reading of its events counts."""

from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra_cdk.local.tools.traffic import catalogue
from infra_cdk.local.tools.traffic.generating import Plan, events
from infra_cdk.local.tools.traffic.people import Crowd
from infra_cdk.local.tools.traffic.scanners import EVERY, WAYS, with_scanners
from infra_cdk.local.tools.traffic.truth import SiteTruth
from pixeltrack.enrichment.devices import UserAgents
from pixeltrack.enrichment.sources import campaign_of, source
from pixeltrack.events.urls import page, referrer, shown
from pixeltrack.events.wire import RawEvent
from pixeltrack.platform.hosts import shown_host
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.instants import parse_ms

PLAN = Plan(events=20_000, days=45, sites=2, seed=3, until=date(2026, 4, 10))
SITES = [TrackingId("pt_" + c * 32) for c in "ab"]
UNCOUNTED = {"ping", "session_start"}
BOTS = {agent for _, agent, _ in catalogue.BOTS}
AGENTS = UserAgents()
SERVERS = {address.ip for address in catalogue.ADDRESSES if address.network}
MINUTES_30, HOURS_24 = 30 * 60_000, 24 * 3_600_000


def drawn(plan: Plan = PLAN) -> tuple[list[RawEvent], list[SiteTruth]]:
    truths = [SiteTruth() for _ in SITES]
    return list(events(plan, SITES, truths)), truths


def split(actions: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Cut one visitor's actions into visits."""
    visits: list[list[tuple[int, str]]] = []
    for at, kind in sorted(actions):
        last = visits[-1] if visits else None
        if last and at - last[-1][0] < MINUTES_30 and at - last[0][0] < HOURS_24:
            last.append((at, kind))
        elif kind != "engagement":
            visits.append([(at, kind)])
    return visits


def is_fast(visit: list[tuple[int, str]]) -> bool:
    """Tell whether more than sixty page views lie within a minute."""
    views = [at for at, kind in visit if kind == "pageview"]
    return any(sum(at - 60_000 < one <= at for one in views) > 60 for at in views)


def is_program(raw: RawEvent) -> bool:
    """Tell whether an agent is a bot's, or a desktop's that is silent on a server."""
    is_desktop = AGENTS.detect(raw.user_agent).kind == "desktop"
    is_silent = not raw.event.screen and not raw.event.language
    return raw.user_agent in BOTS or (raw.ip in SERVERS and is_desktop and is_silent)


def reference(sent: list[RawEvent], site: TrackingId, zone: str) -> tuple[Any, Any]:
    """Count totals and days naively: by visitor, in order of time, each id once."""
    once = {raw.event.id: raw for raw in sent if raw.event.site_id == site}
    people: dict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for raw in once.values():
        if not is_program(raw) and raw.event.event_type not in UNCOUNTED:
            at = parse_ms(raw.event.timestamp or "")
            people[raw.event.user_id].append((at, raw.event.event_type))
    totals: Counter[str] = Counter()
    days: dict[str, Counter[str]] = defaultdict(Counter)

    def day(at: int) -> str:
        return str(datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date())

    for actions in people.values():
        seen: set[str] = set()
        counted = [visit for visit in split(actions) if not is_fast(visit)]
        for visit in counted:
            start, last = visit[0][0], visit[-1][0]
            kinds = [kind for _, kind in visit if kind != "engagement"]
            for row in (totals, days[day(start)]):
                row["visits"] += 1
                row["bounces"] += kinds == ["pageview"]
                row["durationMs"] += last - start
            for at, kind in visit:
                if kind != "engagement":
                    name = "pageviews" if kind == "pageview" else "events"
                    totals[name] += 1
                    days[day(at)][name] += 1
                    seen.add(day(at))
        totals["visitors"] += bool(counted)
        for met in seen:
            days[met]["visitors"] += 1
    return totals, days


@pytest.mark.parametrize("zone", catalogue.ZONES)
def test_the_truth_is_what_a_plain_reading_counts(zone: str) -> None:
    sent, truths = drawn()
    for site, truth in zip(SITES, truths, strict=True):
        totals, days = reference(sent, site, zone)
        assert {name: truth.totals[name] for name in totals} == totals
        assert truth.days[zone] == days


def test_exactly_as_many_are_sent_as_are_asked_for_each_time_the_same() -> None:
    for number in (1, 2, 1_000):
        plan = Plan(number, 3, 2, 1, date(2026, 4, 10))
        first, second = drawn(plan), drawn(plan)
        assert len(first[0]) == number
        assert [raw.event for raw in first[0]] == [raw.event for raw in second[0]]
        assert first[1] == second[1]


def test_another_seed_draws_another_crowd_with_other_ids() -> None:
    other = Plan(20_000, 45, 2, 4, date(2026, 4, 10))
    assert {raw.event.id for raw in drawn()[0]}.isdisjoint(
        {raw.event.id for raw in drawn(other)[0]}
    )


def test_it_is_plausible() -> None:
    sent, (truth, _) = drawn()
    types = Counter(raw.event.event_type for raw in sent)
    assert set(types) == {"pageview", "ping", "session_start", "engagement"} | {
        name for _, name, _ in catalogue.EVENTS
    }
    assert len(sent) > len({raw.event.id for raw in sent}), "repeats"
    assert set(truth.bots) == {"pace", "hosting"} | {reason for _, _, reason in catalogue.BOTS}
    assert truth.networks["hosting"]["visitors"] > 0, "others on servers count"
    assert truth.totals["visits"] > truth.totals["visitors"], "people come again"
    weekend = sum(truth.days["UTC"][f"2026-03-{day:02}"]["visits"] for day in (14, 15))
    midweek = sum(truth.days["UTC"][f"2026-03-{day:02}"]["visits"] for day in (10, 11))
    assert weekend < midweek
    at = [parse_ms(raw.event.timestamp or "") for raw in sent]
    assert min(at) >= parse_ms("2026-02-24")
    assert max(at) < parse_ms("2026-04-10")


@pytest.mark.parametrize("entry", catalogue.ENTRIES, ids=lambda entry: entry.query or entry.name)
def test_a_way_in_is_called_what_the_processor_calls_it(entry: catalogue.Entry) -> None:
    came = referrer(entry.referrer) if entry.referrer else None
    found = page(f"https://shop.example/{entry.query}", "")
    assert found is not None
    named = source(came.host if came else None, campaign_of(found.query))
    name = named.name and shown_host(named.name)
    assert (name, named.channel or "direct") == (entry.name, entry.channel)


def test_pages_arrive_in_many_spellings_and_are_kept_in_one() -> None:
    sent, (truth, _) = drawn()
    written = {raw.event.url.partition("?")[0] for raw in sent}
    kept = {address.path for url in written if (address := page(url, "https://shop.example"))}
    assert len(kept) == len(catalogue.PAGES) < len(written) - 5
    assert set(truth.pages) <= set(catalogue.PAGES) == {shown(path) for path in kept}


def test_agents_are_who_they_are_said_to_be() -> None:
    devices = UserAgents()
    assert [devices.detect(agent).bot for _, agent in catalogue.AGENTS] == [None] * 8
    assert [devices.detect(bot[1]).bot for bot in catalogue.BOTS] == [b[2] for b in catalogue.BOTS]


def test_every_way_to_be_fast_or_almost_is_gone() -> None:
    crowd = Crowd(PLAN.seed, 1, 0, 45 * HOURS_24)
    most = EVERY * len(WAYS)
    visitors = list(islice(with_scanners(crowd.visitors(), 1 << 60), most))
    found = [visitor.visits for visitor in visitors if visitor.number % EVERY == 0]
    shapes = {tuple(bool(visit.bot) for visit in visits) for visits in found}
    assert shapes == {(False,), (True,), (True, False), (False, False)}
    for visits in found:
        for visit in visits:
            told = [(action.at, action.type) for action in visit.actions]
            assert is_fast(told) == bool(visit.bot)


def test_a_scan_is_sent_as_a_whole_or_not_at_all() -> None:
    for number in range(1, 4_000, 211):
        sent, truths = drawn(Plan(number, 3, 2, 1, date(2026, 4, 10)))
        assert len(sent) == number
        for site, truth in zip(SITES, truths, strict=True):
            totals, days = reference(sent, site, "UTC")
            assert {name: truth.totals[name] for name in totals} == totals
            assert truth.days["UTC"] == days
