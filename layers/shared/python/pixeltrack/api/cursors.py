"""Cursors: a place in a list as opaque text, which a client returns unread."""

import base64
from typing import Any, Generic, TypeVar

import msgspec

from pixeltrack.platform.errors import FieldError, Refused

T = TypeVar("T")
_MOST_CHARACTERS = 200
_encode = msgspec.json.Encoder().encode


class Cursor(Generic[T]):
    """Writes places of one kind, and reads them from one query parameter.

    `shape` is a type that msgspec checks, bounds included; `fault` is the error for a text that
    is no such place.
    """

    def __init__(self, shape: Any, *, parameter: str, fault: str) -> None:
        self._decode = msgspec.json.Decoder(shape).decode
        self._parameter = parameter
        self._fault = fault

    def write(self, place: T) -> str:
        """Write a place as URL-safe text."""
        return base64.urlsafe_b64encode(_encode(place)).rstrip(b"=").decode()

    def read(self, text: str) -> T:
        """Return the place that a text stands for. Raise `Refused` naming the parameter."""
        try:
            place: T = self._decode(_bytes(text))
        except ValueError as error:
            raise Refused(400, FieldError(self._parameter, self._fault)) from error
        return place


def _bytes(text: str) -> bytes:
    if len(text) > _MOST_CHARACTERS:
        raise ValueError("is longer than any cursor")
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
