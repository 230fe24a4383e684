import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports import feed
from pixeltrack.events.ports import Position
from pixeltrack.platform.errors import Refused

instants = st.integers(0, 253_402_300_799_999)
positions = st.builds(
    Position,
    stored_at=instants,
    received_at=instants,
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
    start=instants,
    merged=instants,
)


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@given(positions)
def test_a_position_comes_back(position: Position) -> None:
    text = feed.cursor_of(position)
    back = feed.position_of(text)
    assert (back, back.start, back.merged) == (position, position.start, position.merged)
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "not a cursor",
        "é",
        "\x00",
        "\ud800",
        written([1, 2, 3, 4, 5]),
        written([1, 2, 3, 4, 5, 6, 7]),
        written([1, 2, 3, -4, 5, 6]),
        written([1, 2, 3, 2**63, 5, 6]),
        written([10**15, 2, 3, 4, 5, 6]),
        written([1, 2, 3, 4.5, 5, 6]),
        written([1, 2, 3, True, 5, 6]),
        written([1, 2, 3, "4", 5, 6]),
        written({"a": 1}),
        written([1, 2, 3, 4, 5, 6]) + "A" * 1000,
        "W" * 100_000,
    ],
    ids=lambda text: ascii(text[:24]),
)
def test_what_is_no_cursor_is_refused_by_name(text: str) -> None:
    with pytest.raises(Refused) as refused:
        feed.position_of(text)
    assert refused.value.status == 400
    assert [e.field for e in refused.value.errors] == ["before"]


@given(st.text())
def test_no_text_raises_anything_but_a_refusal(text: str) -> None:
    with suppress(Refused):
        feed.position_of(text)
