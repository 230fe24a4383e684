"""Generated traffic: every figure that the API reports is the truth file's."""

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.traffic import checking, generating
from infra_cdk.local.tools.traffic.generating import Plan
from infra_cdk.local.trial import Trial, trial

# Both changes of the clock of 2026 lie in these days: New York's on 8 March, Lord Howe's on
# 5 April.
PLAN = Plan(events=100_000, days=45, sites=3, seed=7, until=date(2026, 4, 10))


def quiet(_: str) -> None:
    """Show no progress."""


COUNTED_VISITS = 6_000
"""The smallest site has fewer and is counted, the two others are read from rollups."""


@pytest.fixture(scope="module")
def host(environ: Mapping[str, str]) -> Iterator[Trial]:
    """A host whose reports read the larger sites' closed days from rollups."""
    test = Stack.named("test")
    given = {**test.given, **environ, "PIXELTRACK_EXACT_VISITS": str(COUNTED_VISITS)}
    with trial(Stack(test.name, test.root, given)) as running:
        yield running


@pytest.mark.timeout(300)
def test_every_figure_of_100_000_events_is_true(host: Trial) -> None:
    path = generating.run(host.stack, PLAN, quiet)
    truth = json.loads(path.read_text())
    assert truth["sent"] == PLAN.events

    checked = checking.check(host.origin, host.demo.api_key, truth, quiet)
    assert checked.differences == []
    assert checked.figures > 5_000
    rolled = [site["totals"]["visits"] > COUNTED_VISITS for site in truth["sites"]]
    assert sorted(rolled) == [False, True, True]
    assert checked.sketched >= 8 * 2, "closed days of many visits are answered from rollups"

    # The comparison itself finds a single visitor, view, page or bot too many.
    wrong = copy.deepcopy(truth)
    wrong["sites"] = wrong["sites"][:1]
    site = wrong["sites"][0]
    day = site["days"]["Asia/Kolkata"]["2026-03-08"]
    day["visitors"] += 1
    day["pageviews"] -= 1
    site["pages"]["/nowhere"] = {"pageviews": 1, "visits": 1, "visitors": 1}
    site["bots"]["crawler"] += 1
    found = "\n".join(checking.check(host.origin, host.demo.api_key, wrong, quiet).differences)
    for part in ("2026-03-08 visitors", "2026-03-08 pageviews", "page values", "bots"):
        assert part in found
