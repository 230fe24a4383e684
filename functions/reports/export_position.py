"""Where a page of an export begins, as opaque text, and back."""

import base64
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from functions.reports.questions import refused

_T = TypeVar("_T")
_LONGEST = 100
_Instant = Annotated[int, Meta(ge=-(2**53), le=2**53)]
_Key = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
_Row = Annotated[int, Meta(ge=0, le=2**31)]
_encode = msgspec.json.Encoder().encode
_event = msgspec.json.Decoder(tuple[_Instant, _Key])
_row = msgspec.json.Decoder(_Row)

Event = tuple[int, str]
"""An event by its instant in epoch milliseconds and its key in hexadecimal."""


def write(position: Event | int) -> str:
    """Write an event's place, or a row's number, as URL-safe text."""
    return base64.urlsafe_b64encode(_encode(position)).rstrip(b"=").decode()


def event(text: str) -> Event:
    """Read an event's place; raises `Refused` naming `next` where it is none."""
    return _read(text, _event)


def row(text: str) -> int:
    """Read a row's number; raises `Refused` naming `next` where it is none."""
    return _read(text, _row)


def _read(text: str, decoder: msgspec.json.Decoder[_T]) -> _T:
    try:
        padded = text[:_LONGEST].encode("ascii") + b"=" * (-len(text) % 4)
        return decoder.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError as error:
        raise refused("next", "is not a place of this export; take it from `X-Next`") from error
