"""Which request bodies reach a route: JSON that is not too large and that a database can store.

Routes may rely on it: the resolver decodes such a body without errors, and no text in it contains
a NUL or half a surrogate pair, which PostgreSQL would refuse.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pixeltrack.platform.errors import FieldError, Refused

MOST_BYTES = 64 * 1024
MOST_LEVELS = 64
_JSON = "application/json"

_TOO_DEEP = FieldError("body", "is nested too deeply")
_decode = msgspec.json.Decoder().decode


def check(event: Mapping[str, Any]) -> None:
    """Raise `Refused` (413, 415 or 400) unless the body of an HTTP API request is acceptable."""
    text: str = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    kind = event["headers"].get("content-type", "").partition(";")[0].strip().lower()
    if len(body) > MOST_BYTES:
        raise Refused(413, FieldError("body", f"is larger than {MOST_BYTES // 1024} KiB"))
    if body and kind not in {_JSON, ""}:
        raise Refused(415, FieldError("body", f"is not sent as {_JSON}"))
    if body:
        _check_json(body)


def _check_json(body: bytes) -> None:
    try:
        value = _decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(400, FieldError("body", "is not JSON in UTF-8")) from error
    except RecursionError as error:
        raise Refused(400, _TOO_DEEP) from error
    for path, text in _texts(value, "", 0):
        if "\0" in text:
            raise Refused(400, FieldError(path or "body", "must not contain NUL"))


def _texts(value: Any, path: str, level: int) -> Iterator[tuple[str, str]]:
    """Yield every text of a JSON value with its path; the path of a key is that of its object."""
    if level > MOST_LEVELS:
        raise Refused(400, _TOO_DEEP)
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                yield path, key
                yield from _texts(inner, f"{path}.{key}" if path else key, level + 1)
        case list():
            for n, inner in enumerate(value):
                yield from _texts(inner, f"{path}[{n}]", level + 1)
