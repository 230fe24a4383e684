"""A bounded load over keep-alive connections, cheap enough not to be measured."""

import asyncio
import itertools
import json
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

AGENTS = (
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/{n}.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{n} like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/17.{n} Mobile/15E148 Safari/604.1"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0",
    (
        "Mozilla/5.0 (Linux; Android 14; SM-S91{n}B) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/120.0.0.0 Mobile Safari/537.36"
    ),
)


@dataclass(slots=True)
class Result:
    """What a run of load saw: latencies in milliseconds of acknowledged requests."""

    latencies_ms: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


class Visitors:
    """Requests of a fixed crowd: each visitor with an address, an agent and an id of its own.

    A request is taken when it is answered with the status `taken`.
    """

    taken = 204

    def __init__(self, tracking_id: str, netloc: str, count: int, batch: int) -> None:
        self._random = random.Random(42)
        self._batch = batch
        self._serial = itertools.count()
        self._run = f"{time.time_ns():x}"
        self._people = [self._person(n, netloc) for n in range(count)]
        self._site = tracking_id

    def request(self) -> bytes:
        """Return the bytes of one request from a visitor at random."""
        headers, user = self._random.choice(self._people)
        return self._told([self._event(user) for _ in range(self._batch)], headers)

    def _told(self, events: list[dict[str, str]], headers: bytes) -> bytes:
        """Return the request that tells of these events."""
        body = json.dumps(events[0] if self._batch == 1 else {"events": events}).encode()
        return (
            b"POST /track HTTP/1.1\r\n%sContent-Type: text/plain;charset=UTF-8\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (headers, len(body), body)
        )

    def _event(self, user: str) -> dict[str, str]:
        serial = next(self._serial)
        return {
            "id": f"{self._run}-{serial}",
            "siteId": self._site,
            "eventType": "pageview",
            "url": f"/catalog/item-{serial % 200}?utm_source=newsletter&utm_medium=email",
            "referrer": "https://www.google.com/",
            "title": "A cup of tea, freshly made",
            "userId": user,
            "screen": "1440x900",
            "language": "ru-RU",
            "timezone": "Europe/Moscow",
        }

    def _person(self, n: int, netloc: str) -> tuple[bytes, str]:
        address = ".".join(str(self._random.randint(1, 254)) for _ in range(4))
        agent = AGENTS[n % len(AGENTS)].format(n=self._random.randint(1, 140))
        headers = f"Host: {netloc}\r\nX-Forwarded-For: {address}\r\nUser-Agent: {agent}\r\n"
        return headers.encode(), f"user_{n:08x}"


async def run(origin: str, visitors: Visitors, connections: int, seconds: float) -> Result:
    """Send requests over that many connections for that long, one at a time on each.

    Where the server closes a connection after its answer, opening another is part of the next
    request's latency.
    """
    result = Result()
    parts = urlsplit(origin)
    began = time.perf_counter()
    deadline = began + seconds

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (sent_at := time.perf_counter()) < deadline:
            if writer.is_closing():
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(visitors.request())
            status, is_last = await _answer(reader)
            if status == visitors.taken:
                result.latencies_ms.append((time.perf_counter() - sent_at) * 1000)
            else:
                result.refused += 1
            if is_last:
                writer.close()
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(connections)))
    result.seconds = time.perf_counter() - began
    return result


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read an answer; return its status, and whether it is the connection's last."""
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    is_last = b"\r\nconnection: close" in lowered
    if b"content-length:" in lowered:
        length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    elif is_last:
        await reader.read()
    return int(head[9:12]), is_last
