"""Positions that jobs left: what an older version stored is gone on with."""

from collections.abc import Mapping
from typing import Any

import pytest

from pixeltrack.facts import audit, erasing, recutting
from pixeltrack.facts.audit import AuditPosition
from pixeltrack.facts.erasing import ErasurePosition
from pixeltrack.facts.recutting import RecutPosition
from pixeltrack.facts.words import Stage, Walk
from pixeltrack.jobs.jobs import Job, JobKind, Position
from pixeltrack.platform.identifiers import AccountId, SiteId

ASKED = {"imported": "00" * 16, "trackingId": "pt_1", "createdAt": 1000}
WALKED = {
    **ASKED,
    "erasedAt": 9000,
    "phase": "buckets",
    "round": 1,
    "beganAt": 9000,
    "after": 5000,
    "until": 6000,
    "events": 3,
    "visits": 2,
    "buckets": 1,
    "rejections": 0,
}
AUDITED = {
    "phase": "visits",
    "through": 7000,
    "beganAt": 10,
    "after": 4,
    "widthMs": 20_000,
    "findings": {"byKind": {"missing_hit": 2}, "waiting": 1},
}


def job(position: Mapping[str, Any]) -> Job:
    return Job("", JobKind.AUDIT, AccountId(""), SiteId(""), bytes(16), dict(position), 0)


def test_an_erasure_goes_on() -> None:
    assert ErasurePosition.of(job(ASKED)).phase is erasing.Phase.FACTS
    at = ErasurePosition.of(job(WALKED))
    assert (at.phase, at.round, at.after, at.until) == (erasing.Phase.BUCKETS, 1, 5000, 6000)
    assert (at.events, at.visits, at.buckets) == (3, 2, 1)
    assert at.progress == pytest.approx((0.3 + 0.5 * 0.5) * erasing.FIRST_ROUND)


def test_a_change_of_zone_goes_on() -> None:
    assert RecutPosition.of(job({"gone": [7, 9]})).gone == [7, 9]
    assert RecutPosition.of(job({})).phase is recutting.Phase.CUT


def test_an_audit_goes_on() -> None:
    at = AuditPosition.of(job(AUDITED))
    assert (at.phase, at.through, at.after) == (audit.Phase.VISITS, 7000, 4)
    assert (at.findings.total, at.findings.waiting, at.progress) == (2, 1, 0.25)
    assert AuditPosition.of(job({})).phase is audit.Phase.BUCKETS


@pytest.mark.parametrize(
    ("kind", "left"),
    [(ErasurePosition, WALKED), (RecutPosition, {"gone": [7]}), (AuditPosition, AUDITED)],
)
def test_what_is_left_is_read_again(kind: type[Position], left: dict[str, Any]) -> None:
    at = kind.of(job({**left, "halvings": 3, "tomorrow": {"a": 1}}))
    assert at.halvings == 3
    assert kind.of(job(at.step().position)) == at


def test_each_phase_begins_anew_until_the_last() -> None:
    at = ErasurePosition.of(
        job({**ASKED, "halvings": 2, "words": {"stage": "rollups", "after": 5}})
    )
    assert (at.words, at.at_most(100), at.at_most(3)) == (Walk(Stage.ROLLUPS, 5), 25, 1)
    passed = [at.phase]
    while at.next_phase():
        passed.append(at.phase)
        assert (at.halvings, at.until, at.words) == (0, 0, Walk())
    assert passed == list(erasing.Phase)
