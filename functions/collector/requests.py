"""What a browser may send: body and query of an HTTP API event, read into a gated batch."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from pixeltrack.events import gate
from pixeltrack.platform.errors import FieldError, Refused

_TYPES = {"text/plain", "application/json"}
_MOST_BASE64 = gate.MOST_BYTES * 4 // 3 + 4


def read_body(event: Mapping[str, Any]) -> gate.Batch:
    """Read `POST /track`; raises `Refused` with 400, 413 or 415."""
    _check_type(event["headers"].get("content-type", ""))
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return gate.read(body.encode("utf-8", "surrogatepass"))
    if len(body) > _MOST_BASE64:
        raise Refused(413, FieldError("body", f"is larger than {gate.MOST_BYTES // 1024} KiB"))
    try:
        return gate.read(base64.b64decode(body, validate=True))
    except binascii.Error as error:
        raise Refused(400, FieldError("body", "is not base64")) from error


def read_query(event: Mapping[str, Any]) -> gate.Batch:
    """Read `GET /pixel.gif`; of a repeated field the last one counts."""
    query = event.get("rawQueryString") or ""
    if len(query) > gate.MOST_BYTES:
        raise Refused(413, FieldError("query", f"is larger than {gate.MOST_BYTES // 1024} KiB"))
    try:
        fields = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError as error:
        raise Refused(400, FieldError("query", "is not UTF-8")) from error
    except ValueError as error:
        raise Refused(400, FieldError("query", "has more than 100 fields")) from error
    return gate.read_query(dict(fields))


def _check_type(content_type: str) -> None:
    """Take the two types a tracker sends, in any spelling of UTF-8; none at all is plain text."""
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() not in _TYPES | {""}:
        message = "must be text/plain or application/json"
        raise Refused(415, FieldError("content-type", message))
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower().replace("-", "").replace("_", "")
        if name.strip().lower() == "charset" and charset != "utf8":
            raise Refused(415, FieldError("content-type", "must have charset UTF-8"))
