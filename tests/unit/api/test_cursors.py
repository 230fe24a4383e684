import base64
from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from pixeltrack.api.cursors import Cursor
from pixeltrack.platform.errors import FieldError, Refused

ROWS = Cursor[int](Annotated[int, Meta(ge=0, le=10**6)], parameter="next", fault="is no row")
EVENTS = Cursor[tuple[int, str]](
    tuple[int, Annotated[str, Meta(max_length=40)]], parameter="before", fault="is no event"
)


@given(st.integers(0, 10**6), st.tuples(st.integers(-(2**53), 2**53), st.text(max_size=20)))
def test_a_place_comes_back_as_it_was_and_is_safe_in_an_address(
    row: int, event: tuple[int, str]
) -> None:
    assert ROWS.read(ROWS.write(row)) == row
    text = EVENTS.write(event)
    assert EVENTS.read(text) == event
    assert text.isascii()
    assert not set(text) & set("+/=&?# ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "!!!!",
        "юникод",
        base64.urlsafe_b64encode(b"-1").decode().rstrip("="),
        base64.urlsafe_b64encode(b"1000001").decode(),
        base64.urlsafe_b64encode(b'"\xff"').decode(),
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b"1" + b" " * 300).decode(),
        EVENTS.write((1, "event")),
    ],
)
def test_what_is_no_place_is_refused_by_the_name_of_its_parameter(text: str) -> None:
    with pytest.raises(Refused) as caught:
        ROWS.read(text)
    assert (caught.value.status, caught.value.errors) == (400, (FieldError("next", "is no row"),))


@given(st.text(max_size=50))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    with suppress(Refused):
        assert len(EVENTS.read(text)) == 2
