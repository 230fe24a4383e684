"""A bounded load of `POST /track` over keep-alive connections, cheap enough not to be measured."""

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
    """Requests of a fixed crowd: each visitor with an address, an agent and an id of its own."""

    def __init__(self, tracking_id: str, netloc: str, count: int, batch: int) -> None:
        self._random = random.Random(42)
        self._batch = batch
        self._serial = itertools.count()
        self._run = f"{time.time_ns():x}"
        self._people = [self._person(n, netloc) for n in range(count)]
        self._site = tracking_id

    def request(self) -> bytes:
        """Return the bytes of one request from a visitor at random."""
        head, user = self._random.choice(self._people)
        events = [self._event(user) for _ in range(self._batch)]
        body = json.dumps(events[0] if self._batch == 1 else {"events": events}).encode()
        return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)

    def _event(self, user: str) -> dict[str, object]:
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
        head = (
            f"POST /track HTTP/1.1\r\nHost: {netloc}\r\nContent-Type: text/plain;charset=UTF-8\r\n"
            f"X-Forwarded-For: {address}\r\nUser-Agent: {agent}\r\n"
        )
        return head.encode(), f"user_{n:08x}"


async def run(origin: str, visitors: Visitors, connections: int, seconds: float) -> Result:
    """Send requests over that many connections for that long, one at a time on each."""
    result = Result()
    parts = urlsplit(origin)
    began = time.perf_counter()
    deadline = began + seconds

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while time.perf_counter() < deadline:
            sent_at = time.perf_counter()
            writer.write(visitors.request())
            status = await _status(reader)
            if status == 204:
                result.latencies_ms.append((time.perf_counter() - sent_at) * 1000)
            else:
                result.refused += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(connections)))
    result.seconds = time.perf_counter() - began
    return result


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    if b"content-length:" in lowered:
        length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    return int(head[9:12])
