"""How attacks reach the host: whole requests, raw bytes, and the mails that it sends."""

import ipaddress
import json
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from infra_cdk.local.trial import Trial

REFRESH = "pixeltrack_refresh"
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_QUIET_S = 1.0
Found = TypeVar("Found")


def some_address() -> str:
    """Return an address that nobody else calls from, so that throttles count each by itself."""
    return str(ipaddress.IPv6Address(secrets.randbits(120) | 0x20 << 120))


def until(look: Callable[[], Found], what: str, within_s: float = 30.0) -> Found:
    """Return what is found once there is any; fail with `what` after `within_s` seconds."""
    ends = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < ends, what
        time.sleep(0.05)
    return found


@dataclass(frozen=True, slots=True)
class Door:
    """The host's main address; the only place that knows where what is found."""

    origin: str
    environ: Mapping[str, str] = field(repr=False)
    http: httpx.Client = field(repr=False)

    @classmethod
    def of(cls, host: Trial) -> "Door":
        """Open the door of a running host."""
        http = httpx.Client(base_url=host.origin, timeout=60)
        return cls(host.origin, host.environ, http)

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        parts = urlsplit(self.origin)
        return parts.hostname or "", parts.port or 0

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request from an address of its own, with no cookies but those given."""
        headers = {"X-Forwarded-For": some_address()} | dict(options.pop("headers", {}))
        self.http.cookies.clear()
        response = self.http.request(method, path, headers=headers, **options)
        self.http.cookies.clear()
        return response

    def say(self, content: bytes, *, within_s: float = 20.0) -> bytes:
        """Send bytes and return all that is answered until the host closes or falls silent."""
        answered = b""
        with socket.create_connection(self.address, timeout=within_s) as connection:
            with suppress(ConnectionError):
                connection.sendall(content)
            with suppress(ConnectionError, TimeoutError):
                while part := connection.recv(65536):
                    answered += part
                    connection.settimeout(_QUIET_S)
        return answered

    def say_all(self, contents: Iterable[bytes], *, within_s: float = 20.0) -> list[bytes]:
        """Send each on a connection of its own, many at a time; return the answers in order."""
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda content: self.say(content, within_s=within_s), contents))

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Return the mails to an address, newest first."""
        paths = sorted(Path(self.environ["PIXELTRACK_MAIL_DIR"]).glob("*.json"), reverse=True)
        mails: list[dict[str, Any]] = [json.loads(path.read_text()) for path in paths]
        return [mail for mail in mails if mail["to"] == to]

    def mailed_token(self, to: str, kind: str) -> str:
        """Return the token of the newest mail whose link has `kind`, as in `/confirm?token=`."""

        def found() -> str:
            links = (re.search(rf"{re.escape(kind)}(\S+)", m["text"]) for m in self.mails(to))
            return next((link[1] for link in links if link), "")

        return until(found, f"no mail to {to} has a link with {kind}")


def statuses(answered: bytes) -> list[int]:
    """Return the statuses of the answers in raw bytes."""
    return [int(status) for status in _STATUS.findall(answered)]


def is_refusal(response: httpx.Response) -> bool:
    """Tell whether the answer is an orderly refusal: a problem that names its request."""
    kind = response.headers.get("Content-Type", "")
    return 400 <= response.status_code < 500 and kind == "application/problem+json"
