"""Cursors of the feed: a position as opaque text, and back."""

import base64
from typing import Annotated

import msgspec
from msgspec import Meta

from pixeltrack.events.ports import Position
from pixeltrack.platform.errors import FieldError, Refused

LONGEST = 200
_Instant = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
_Partition = Annotated[int, Meta(ge=0, lt=2**31)]
_Offset = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_decode = msgspec.json.Decoder(tuple[_Instant, _Instant, _Partition, _Offset, _Instant]).decode
_encode = msgspec.json.Encoder().encode


def write(position: Position) -> str:
    """Write a position as URL-safe text."""
    p = position
    raw = _encode((p.stored_at, p.received_at, p.partition, p.offset, p.start))
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read(text: str) -> Position:
    """Read a position back; raises `Refused` naming `before` where it is none."""
    try:
        padded = text[:LONGEST].encode("ascii") + b"=" * (-len(text) % 4)
        stored_at, received_at, partition, offset, start = _decode(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
    except ValueError as error:
        raise Refused(
            400, FieldError("before", "is not a cursor; take it from `next` of a page")
        ) from error
    return Position(stored_at, received_at, partition, offset, start)
