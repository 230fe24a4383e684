"""Replays an access log as live traffic: each request once through `/track`, as its own client.

Every event has an id of its own, so a request that was not acknowledged is sent again until it
is: at the end each line is accepted or refused, whatever failed in between.
"""

import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from infra_cdk.local.tools.access_log import Reader, Unread, Visit
from infra_cdk.local.tools.log_files import LogFile
from pixeltrack.platform.identifiers import new_event_id

CONNECTIONS = 8
RETRY_AFTER_S = 0.1
GIVE_UP_AFTER_S = 60.0


@dataclass(slots=True)
class Outcome:
    """What became of the lines; `accepted` and `refused` hold event ids."""

    sent: int = 0
    unreadable: int = 0
    accepted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    repeated: int = 0

    def __str__(self) -> str:
        """Return a summary in one line."""
        return (
            f"sent {self.sent}, accepted {len(self.accepted)}, refused {len(self.refused)}, "
            f"given up {len(self.given_up)}, sent again {self.repeated}, "
            f"unreadable lines {self.unreadable}"
        )


class Replay:
    """One run of a log against the collector at `origin`, for the site with `tracking_id`.

    `rate` bounds the requests per second; None is as fast as they are acknowledged.
    """

    def __init__(self, origin: str, tracking_id: str, *, rate: float | None = None) -> None:
        self._netloc = urlsplit(origin).netloc
        self._tracking_id = tracking_id
        self._pause = 1 / rate if rate else 0.0
        self._lock = threading.Lock()
        self._next_at = time.monotonic()
        self.outcome = Outcome()

    def run(self, log: LogFile, progress: Callable[[Outcome], None] = lambda _: None) -> Outcome:
        """Send every request of the log; calls `progress` about once a second."""
        lines = map(Reader(), log.lines())
        workers = [threading.Thread(target=self._work, args=(lines,)) for _ in range(CONNECTIONS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            while worker.is_alive():
                worker.join(1.0)
                progress(self.outcome)
        return self.outcome

    def _work(self, lines: Iterator[Visit | Unread]) -> None:
        connection = http.client.HTTPConnection(self._netloc, timeout=10)
        while (visit := self._take(lines)) is not None:
            self._deliver(connection, visit)
        connection.close()

    def _take(self, lines: Iterator[Visit | Unread]) -> Visit | None:
        """Take the next readable line, when its turn has come."""
        with self._lock:
            for item in lines:
                if isinstance(item, Unread):
                    self.outcome.unreadable += 1
                    continue
                self.outcome.sent += 1
                wait = self._next_at - time.monotonic()
                self._next_at = max(self._next_at, time.monotonic()) + self._pause
                if wait > 0:
                    time.sleep(wait)
                return item
        return None

    def _deliver(self, connection: http.client.HTTPConnection, visit: Visit) -> None:
        event_id = new_event_id(time.time_ns() // 1_000_000, os.urandom(10))
        event = {
            "id": event_id,
            "siteId": self._tracking_id,
            "eventType": "pageview",
            "url": visit.path,
            "referrer": visit.referrer,
        }
        body = json.dumps(event)
        headers = {
            "Content-Type": "text/plain;charset=UTF-8",
            "X-Forwarded-For": visit.ip,
            "User-Agent": visit.agent,
        }
        give_up_at = time.monotonic() + GIVE_UP_AFTER_S
        while True:
            status = _post(connection, body, headers)
            if status is not None and status < 500:
                break
            if time.monotonic() > give_up_at:
                self.outcome.given_up.append(event_id)
                return
            time.sleep(RETRY_AFTER_S)
            with self._lock:
                self.outcome.repeated += 1
        kept = self.outcome.accepted if status == 204 else self.outcome.refused
        kept.append(event_id)


def _post(connection: http.client.HTTPConnection, body: str, headers: dict[str, str]) -> int | None:
    """Return the status, or None where no answer came."""
    try:
        connection.request("POST", "/track", body, headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return None
    return response.status
