"""Which stored events an audit expects no hits of."""

import pytest

from pixeltrack.facts.audit_rules import Copied, Erased
from tests.fakes.aggregator_fixture import MINUTE, NOON, event

SITE, VISITOR, OTHER = b"site", b"visitor", b"other"


@pytest.mark.parametrize(
    ("name", "tombstones", "happened_after", "received_after", "is_erased"),
    [
        ("nobody was erased", {}, 0, 0, False),
        ("a visitor, at that instant", {VISITOR: NOON}, 0, 0, True),
        ("a visitor, received later", {VISITOR: NOON}, 0, MINUTE, True),
        ("a visitor, received before", {VISITOR: NOON}, MINUTE, 0, True),
        ("a visitor, later", {VISITOR: NOON}, MINUTE, MINUTE, False),
        ("another visitor", {OTHER: NOON}, 0, 0, False),
        ("a site, before", {SITE: NOON}, 0, 0, True),
        ("a site, whatever comes later", {SITE: NOON}, MINUTE, MINUTE, True),
    ],
)
def test_an_event_is_erased(
    name: str,
    tombstones: dict[bytes, int],
    happened_after: int,
    received_after: int,
    *,
    is_erased: bool,
) -> None:
    stored = event("e", NOON + happened_after, received_at=NOON + received_after)
    copy = Copied(b"key", b"copy", VISITOR, stored)
    assert (copy in Erased(SITE, tombstones)) == is_erased, name
