import pytest

from pixeltrack.events.erasure import Barriers, is_erased

AT, SITE, VISITOR, OTHER = 1_000, b"site", b"visitor", b"other"


@pytest.mark.parametrize(
    ("name", "at", "received_at", "is_gone"),
    [
        ("happened and received before", AT - 2, AT - 1, True),
        ("received at that instant", AT + 1, AT, True),
        ("happened before, received later", AT, AT + 1, True),
        ("happened and received later", AT + 1, AT + 1, False),
    ],
)
def test_a_visitor_is_erased_up_to_an_instant(
    name: str, at: int, received_at: int, is_gone: bool
) -> None:
    barriers = Barriers({VISITOR: AT})
    assert is_erased(at, received_at, AT) == is_gone, name
    assert barriers.erases(SITE, VISITOR, at, received_at) == is_gone, name
    assert not barriers.erases(SITE, OTHER, at, received_at), name


def test_of_an_erased_site_everything_goes_whatever_the_instant() -> None:
    barriers = Barriers({SITE: AT})
    assert barriers.erases(SITE, VISITOR, AT + 9, AT + 9)
    assert not barriers.erases(OTHER, VISITOR, AT - 9, AT - 9)


def test_nothing_is_erased_without_tombstones() -> None:
    assert not Barriers({}).erases(SITE, VISITOR, 0, 0)


@pytest.mark.parametrize(
    ("site", "at", "is_sealed"),
    [(7, 9, False), (7, 10, True), (7, 19, True), (7, 20, False), (7, 30, True), (8, 10, False)],
)
def test_a_sealed_day_ends_before_its_end(site: int, at: int, is_sealed: bool) -> None:
    assert Barriers({}, {7: [(10, 20), (30, 40)]}).is_sealed(site, at) == is_sealed
