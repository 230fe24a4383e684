"""Lines of access logs as requests: what was asked for, by whom and when, in each known format.

Each line says by itself what it is, but for W3C logs, whose `#Fields` name the columns of the lines
after them. So a file may change its format as it goes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from infra_cdk.local.tools.escapes import undoubled, unescaped
from infra_cdk.local.tools.log_files import MOST_LINE_BYTES
from pixeltrack.platform.instants import LAST_COUNTED_MS, ms_of, parse_ms


class Unread(StrEnum):
    """Why a line holds no request."""

    BLANK = "blank lines and comments"
    TOO_LONG = f"longer than {MOST_LINE_BYTES // 1024} KiB"
    UNREADABLE = "in no known format"
    NO_INSTANT = "without an instant between the years 1970 and 8999"
    NO_REQUEST = "no requests in HTTP: closed connections, TLS on a plain port, other messages"


@dataclass(frozen=True, slots=True)
class Visit:
    """One logged request: who asked when for what, coming from where, and was answered how.

    `at_ms` is in epoch milliseconds. `path` is with its query, and begins with a slash unless the
    request names neither path nor address; `host` is without port, None where the line names none.
    `ip` is as the server writes it, and may be a host's name. `format` is for people.
    """

    ip: str
    at_ms: int
    method: str
    path: str
    status: int
    referrer: str | None = None
    agent: str = ""
    host: str | None = None
    format: str = "combined"


_QUOTED = rb'[^"\\]*(?:\\.[^"\\]*)*'
# Apache HTTP Server, mod_log_config: "common", "combined" and "vhost_combined"; nginx, "combined",
# with whatever fields come after, and numbers before the referrer (how long the answer took). A
# line cut off in its agent still counts.
_LINE = re.compile(
    rb'(?>(?P<who>[^ ].*?) \[(?P<at>[^\[\]"]+)\] +")(?P<request>%b)" (?P<status>\d{3}|-) [^ ]+'
    rb'(?: [\d.]+)*+(?: "(?P<referrer>%b)" "(?P<agent>%b))?' % (_QUOTED, _QUOTED, _QUOTED),
    re.DOTALL,
)
# The same by a server that escapes nothing: a text ends where the line goes on as it must.
_UNESCAPED_LINE = re.compile(
    rb'(?>(?P<who>[^ ].*?) \[(?P<at>[^\[\]"]+)\] +")(?P<request>.*?)" (?P<status>\d{3}|-) (?:\d+|-)'
    rb'(?: [\d.]+)*+(?: "(?P<referrer>.*?)" "(?P<agent>[^"]*))?',
    re.DOTALL,
)
# "Access logs for your Application Load Balancer", and for the Classic one, which has no type.
_BALANCER = re.compile(
    rb"(?:[a-z0-9]+ )?(?P<at>\d{4}-\d\d-\d\dT[0-9:.]+Z) [^ ]+ (?P<client>[^ ]+)(?: [^ ]+){4}"
    rb' (?P<status>\d{3}|-)(?: [^ ]+){3} "(?P<request>%b)" "(?P<agent>%b)' % (_QUOTED, _QUOTED),
    re.DOTALL,
)
_ADDRESS = re.compile(r"\d+(?:\.\d+){3}|[0-9a-fA-F]*:(?:[0-9a-fA-F]*:)+[0-9a-fA-F.]*(?:%\w+)?")
_PORT = re.compile(r":\d+\Z")
_METHOD = re.compile(r"[A-Za-z][\w!#$%&'*+.^`|~-]*")
_PROTOCOL = re.compile(r"[A-Z]+/\d(?:\.\d)?")
_ABSOLUTE = re.compile(r"https?://([^/?#]*)(.*)\Z", re.IGNORECASE | re.DOTALL)
_TIME = re.compile(
    r"(\d\d/[A-Z][a-z]{2}/\d{4}):([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{3})\d*)?"
    r" ([+-]\d{4})\Z"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\+\d+)?\Z")

# "Standard logging (access logs)": the columns of Amazon CloudFront where no `#Fields` came before.
_CLOUDFRONT = [
    *("date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)"),
    *("cs-uri-stem", "sc-status", "cs(Referer)", "cs(User-Agent)", "cs-uri-query"),
]
_W3C_LINE = re.compile(rb"\d{4}-\d\d-\d\d[\t ]\d\d:\d\d:\d\d[\t ]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_W3C_NEEDED = {"date", "time", "c-ip", "cs-method", "cs-uri-stem", "sc-status"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Reader:
    """Reads the lines of one log, in their order."""

    def __init__(self) -> None:
        self._fields = _CLOUDFRONT
        self._is_w3c = False

    def __call__(self, raw: bytes) -> Visit | Unread:
        """Return the request of a line, or why it holds none; nothing is raised."""
        line = raw.strip(b"\0\r ").removeprefix(_BYTE_ORDER_MARK)
        if not line:
            return Unread.BLANK
        if len(line) > MOST_LINE_BYTES:
            return Unread.TOO_LONG
        try:
            return self._read(line)
        except (ValueError, OverflowError):
            return Unread.NO_INSTANT

    def _read(self, line: bytes) -> Visit | Unread:
        if line.startswith(b"#"):
            name, _, columns = line.decode("utf-8", "replace").partition(":")
            if name == "#Fields":
                self._fields, self._is_w3c = columns.split(), True
            return Unread.BLANK
        if line.startswith(b"{"):
            return _json(line)
        if (self._is_w3c or _W3C_LINE.match(line)) and (row := _w3c_row(line, self._fields)):
            return _w3c(row)
        found = _LINE.match(line)
        if found is None or (found["agent"] is None and line.startswith(b' "', found.end())):
            found = _UNESCAPED_LINE.match(line) or found
        if found:
            return _server(found)
        if found := _BALANCER.match(line):
            return _balancer(found)
        return Unread.UNREADABLE


def _server(found: re.Match[bytes]) -> Visit | Unread:
    who = _client(unescaped(found["who"]))
    if who is None:
        return Unread.UNREADABLE
    host, ip = who
    agent = found["agent"]
    name = "common" if agent is None else "combined"
    return _visit(
        unescaped(found["request"]),
        ip=ip,
        at=found["at"].decode("utf-8", "replace"),
        status=found["status"].decode(),
        referrer=unescaped(found["referrer"] or b""),
        agent=unescaped(agent or b""),
        host=host,
        name=f"{name} with virtual host" if host else name,
    )


def _client(text: str) -> tuple[str, str] | None:
    """Return virtual host, or nothing, and client of what stands before the instant.

    That is `client ident user`, perhaps after a host; a user's name may hold blanks.
    """
    words = text.split(" ", 3)
    first = words[0].removesuffix(",")  # a list of addresses, as proxies pass it on
    if len(words) == 1 or words[1] == "-" or _ADDRESS.fullmatch(first):
        return "", _without_port(first)
    if _ADDRESS.fullmatch(words[1]) or (
        len(words) > 3 and (words[2] == "-" or _PORT.search(first))
    ):
        return "" if first == "-" else _without_port(first), words[1]
    return ("", first) if len(words) <= 3 else None


def _balancer(found: re.Match[bytes]) -> Visit | Unread:
    client = found["client"].decode("utf-8", "replace")
    return _visit(
        unescaped(found["request"]),
        ip=(client.rpartition(":")[0] or client).strip("[]"),
        at=found["at"].decode(),
        status=found["status"].decode(),
        agent=unescaped(found["agent"]),
        name="AWS load balancer",
    )


def _w3c_row(line: bytes, fields: list[str]) -> dict[str, str] | None:
    """Read a line of W3C's extended format, whose fields are separated by tabs or blanks.

    CloudFront percent-encodes them once more; others (IIS) write an agent's blanks as `+`.
    """
    text = line.decode("utf-8", "replace")
    is_tabbed = "\t" in text
    values = text.split("\t" if is_tabbed else " ")
    row = {n: "" if v == "-" else undoubled(v) for n, v in zip(fields, values, strict=False)}
    if not (row.keys() >= _W3C_NEEDED and _DATE.match(row["date"])):
        return None
    agent = row.get("cs(User-Agent)", "")
    return row | {"cs(User-Agent)": unquote(agent if is_tabbed else agent.replace("+", " "))}


def _w3c(row: Mapping[str, str]) -> Visit | Unread:
    query = row.get("cs-uri-query")
    return _visit(
        f"{row['cs-method']} {row['cs-uri-stem']}{'?' if query else ''}{query or ''}",
        ip=row["c-ip"],
        at=f"{row['date']}T{row['time']}Z",
        status=row["sc-status"],
        referrer=row.get("cs(Referer)", ""),
        agent=row["cs(User-Agent)"],
        # CloudFront's cs(Host) is the distribution's own name.
        host=_without_port(row.get("x-host-header") or row.get("cs-host") or ""),
        name="W3C (CloudFront)",
    )


def _json(line: bytes) -> Visit | Unread:
    """Read Caddy's entries, and those whose keys are nginx's variables or usual names of theirs."""
    try:
        entry = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return Unread.UNREADABLE
    request = entry.get("request")
    if not isinstance(request, dict):
        return _nginx_json(entry)
    headers = request.get("headers")
    named = {name.lower(): v for name, v in headers.items()} if isinstance(headers, dict) else {}
    ip = _first(request, "client_ip", "remote_ip") or _without_port(_first(request, "remote_addr"))
    if not ip:
        return Unread.UNREADABLE
    return _visit(
        f"{_first(request, 'method')} {_first(request, 'uri')}",
        ip=ip,
        at=_first(entry, "ts"),
        status=_first(entry, "status"),
        referrer=_first(named, "referer"),
        agent=_first(named, "user-agent"),
        host=_without_port(_first(request, "host")),
        name="JSON (Caddy)",
    )


def _nginx_json(entry: Mapping[str, Any]) -> Visit | Unread:
    ip = _first(entry, "remote_addr", "remote_ip", "client_ip")
    request = _first(entry, "request") or (
        f"{_first(entry, 'request_method', 'method')} {_first(entry, 'request_uri', 'uri')}"
    )
    if not ip:
        return Unread.NO_REQUEST if "msg" in entry else Unread.UNREADABLE  # Caddy says other things
    return _visit(
        request,
        ip=ip,
        at=_first(entry, "time_iso8601", "time_local", "msec", "time", "timestamp", "@timestamp"),
        status=_first(entry, "status", "response"),
        referrer=_first(entry, "http_referer", "http_referrer", "referer", "referrer"),
        agent=_first(entry, "http_user_agent", "user_agent", "agent"),
        host=_without_port(_first(entry, "host", "http_host")),
        name="JSON (nginx)",
    )


def _first(entry: Mapping[str, Any], *names: str) -> str:
    """Return the first of these members that says something, of a list its first, as text."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str | int | float) and value not in {"", "-"}:
            return str(value).encode(errors="replace").decode()
    return ""


def _visit(
    request: str,
    *,
    ip: str,
    at: str,
    status: str,
    name: str,
    referrer: str = "",
    agent: str = "",
    host: str | None = None,
) -> Visit | Unread:
    """Return a line's request; raise `ValueError` where `at` is no instant that counts."""
    at_ms = _instant(at)
    if not 0 <= at_ms <= LAST_COUNTED_MS:
        raise ValueError("is before 1970, or after 8999")
    method, path = _asked(request)
    if not path:
        return Unread.NO_REQUEST
    if not path.startswith("/") and (found := _ABSOLUTE.match(path)):
        authority, path = found.groups()
        host = _without_port(authority.rpartition("@")[2])
        path = path if path.startswith("/") else f"/{path}"
    return Visit(
        ip=ip,
        at_ms=at_ms,
        method=method,
        path=path,
        status=int(status) if status.isdecimal() else 0,
        referrer=None if referrer in {"", "-"} else referrer,
        agent="" if agent == "-" else agent,
        host=host or None,
        format=name,
    )


def _asked(request: str) -> tuple[str, str]:
    """Return a request line's method and target, which may hold blanks; both empty if it is none.

    The first HTTP names no protocol.
    """
    method, _, rest = request.strip().partition(" ")
    target, _, protocol = rest.rpartition(" ")
    if not _PROTOCOL.fullmatch(protocol):
        target = rest
    target = target.strip()
    return (method, target) if target and _METHOD.fullmatch(method) else ("", "")


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _instant(text: str) -> int:
    """Return an instant as servers write it, or as seconds, milliseconds or nanoseconds."""
    if found := _TIME.match(text):
        day, hours, minutes, seconds, milliseconds, offset = found.groups()
        elapsed_s = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        return _midnight_ms(day, offset) + elapsed_s * 1000 + int(milliseconds or 0)
    if _NUMBER.match(text):
        number = float(text)
        return round(number * 1000 if number < 1e11 else number if number < 1e14 else number / 1e6)
    return parse_ms(text.replace("/", "-"))


@lru_cache(maxsize=64)
def _midnight_ms(day: str, offset: str) -> int:
    return ms_of(datetime.strptime(f"{day} {offset}", "%d/%b/%Y %z"))
