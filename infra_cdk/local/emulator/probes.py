"""What the host knows of servers and disks: asked in the background, read without waiting.

Each server has a thread of its own, so one that hangs delays no other, and nobody who reads.
"""

import logging
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
import psycopg
from confluent_kafka.admin import AdminClient
from pymongo import MongoClient

from pixeltrack.platform import settings
from pixeltrack.platform.clock import ahead_ms
from pixeltrack.platform.instants import wall_ms

ASK_WITHIN_S = 2.0
EVERY_S = 1.5
AWAY_AFTER_S = 6.0
"""A server that did not answer for so long is away: one answer that is late under load is not."""
LEAST_FREE = 16 << 20
"""A disk with less room is named, in bytes; for the broker's there is a setting."""
LOOK_AT_DISKS_EVERY_S = 1.0

log = logging.getLogger(__name__)


class Round(threading.Thread, ABC):
    """Looks at something every so many seconds, until it is stopped."""

    def __init__(self, name: str, every_s: float) -> None:
        super().__init__(name=f"round-{name}", daemon=True)
        self._every_s = every_s
        self._stopping = threading.Event()

    @abstractmethod
    def look(self) -> None:
        """Look once."""

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(self._every_s)

    def stop(self) -> None:
        """Look no more; a look that hangs is left behind."""
        self._stopping.set()


class Watch(Round):
    """Calls `ask` again and again; whatever it raises means that the server cannot be used.

    A server that `tells_time` answers with its clock, in epoch milliseconds; `ahead_ms` is how far
    this machine's clock was ahead of it.
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[], int | None],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, EVERY_S)
        self.about = name
        self.error = ""
        self.ahead_ms = 0
        self.tells_time = False
        self._ask = ask
        self._now = now
        self._began_at = now()
        self._answered_at: float | None = None
        self._was_away = False

    @property
    def has_answered(self) -> bool:
        """Whether it ever did."""
        return self._answered_at is not None

    @property
    def silent_s(self) -> float:
        """Return how long it has not answered, in seconds."""
        since = self._began_at if self._answered_at is None else self._answered_at
        return self._now() - since

    @property
    def is_away(self) -> bool:
        """Whether it is known to be away; a moment's silence does not tell."""
        return self.silent_s > AWAY_AFTER_S

    def look(self) -> None:
        """Ask once."""
        before = wall_ms()
        try:
            there = self._ask()
        except Exception as error:  # noqa: BLE001 - each client has errors of its own
            self.error = str(error).strip() or type(error).__name__
        else:
            self.error = ""
            self._answered_at = self._now()
            if there is not None:
                self.tells_time = True
                self.ahead_ms = ahead_ms(before, there, wall_ms())
        if self.is_away is not self._was_away:
            self._was_away = self.is_away
            log.warning("%s %s", self.about, "is away" if self._was_away else "is back")


_CLOCK = "select (extract(epoch from clock_timestamp()) * 1000)::bigint"


def watches(environ: Mapping[str, str]) -> Iterator[Watch]:
    """Build the watch of each server that the settings name."""
    for name, variable, prepare in (
        ("Kafka", "KAFKA_BOOTSTRAP_SERVERS", _kafka),
        ("RabbitMQ", "RABBITMQ_URL", _rabbitmq),
        ("MongoDB", "MONGODB_URI", _mongodb),
        ("PostgreSQL", "DATABASE_URL", _postgres),
    ):
        if variable in environ:
            yield Watch(name, prepare(environ))


def _kafka(environ: Mapping[str, str]) -> Callable[[], int | None]:
    config = settings.load(settings.Kafka, environ).client()
    client = AdminClient({**config, "log_level": 0, "socket.timeout.ms": 3_000})

    def ask() -> None:
        client.list_topics(timeout=ASK_WITHIN_S)

    return ask


def _rabbitmq(environ: Mapping[str, str]) -> Callable[[], int | None]:
    parameters = pika.URLParameters(settings.load(settings.RabbitMQ, environ).url)
    parameters.socket_timeout = ASK_WITHIN_S
    parameters.stack_timeout = ASK_WITHIN_S
    parameters.blocked_connection_timeout = ASK_WITHIN_S
    parameters.connection_attempts = 1
    connection: pika.BlockingConnection | None = None

    def ask() -> None:
        nonlocal connection
        if connection is None or connection.is_closed:
            connection = pika.BlockingConnection(parameters)
        try:
            connection.channel().close()
        except BaseException:
            connection = None
            raise

    return ask


def _mongodb(environ: Mapping[str, str]) -> Callable[[], int | None]:
    mongo = settings.load(settings.Mongo, environ)
    most_ms = int(ASK_WITHIN_S * 1000)
    client: MongoClient[dict[str, Any]] = MongoClient(
        mongo.uri,
        connect=False,
        serverSelectionTimeoutMS=most_ms,
        connectTimeoutMS=most_ms,
        socketTimeoutMS=most_ms,
    )

    def ask() -> None:
        # Not a ping, which a server answers whose storage has failed; by id, since some servers
        # read all that a query matches before they honour its limit.
        client[mongo.database].events.find_one({"_id": ""}, {"_id": True})

    return ask


def _postgres(environ: Mapping[str, str]) -> Callable[[], int | None]:
    url = settings.load(settings.Postgres, environ).url
    connection: psycopg.Connection | None = None

    def ask() -> int:
        nonlocal connection
        if connection is None or connection.closed:
            connection = None
            connection = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=int(ASK_WITHIN_S),
                tcp_user_timeout=int(ASK_WITHIN_S * 1000),
                application_name="pixeltrack-health",
            )
        row = connection.execute(_CLOCK).fetchone()
        return int(row[0]) if row else 0

    return ask


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder's disk: what the folder is for, how much is free there and should be, in bytes."""

    purpose: str
    folder: Path
    free: int
    least: int

    @property
    def is_low(self) -> bool:
        """Whether too little is free."""
        return self.free < self.least


class Disks(Round):
    """Looks each second at the disks of some folders, by what each is for.

    Where less than `reserve` bytes are free on the disk of the folder `broker`, events are refused
    before they are written: a broker halts when it is full.
    """

    def __init__(self, folders: Mapping[str, Path], reserve: int, broker: str | None) -> None:
        super().__init__("disks", LOOK_AT_DISKS_EVERY_S)
        self.found: tuple[Disk, ...] = ()
        self.refuses = False
        self._reserve = reserve
        self._folders = folders
        self._broker = broker

    def look(self) -> None:
        """Look once; a folder that cannot be looked at is left out."""
        self.found = tuple(self._disks())
        low = [disk for disk in self.found if disk.is_low]
        refuses = any(disk.purpose == self._broker for disk in low)
        if refuses is not self.refuses:
            full = ", ".join(f"{disk.folder} has {disk.free >> 20} MiB free" for disk in low)
            log.warning("events are %s", f"refused: {full}" if refuses else "taken again")
        self.refuses = refuses

    def _disks(self) -> Iterator[Disk]:
        for purpose, folder in self._folders.items():
            try:
                found = os.statvfs(folder)
            except OSError:
                continue
            least = self._reserve if purpose == self._broker else LEAST_FREE
            is_without_files = found.f_files > 0 and found.f_favail == 0
            free = 0 if is_without_files else found.f_bavail * found.f_frsize
            yield Disk(purpose, folder, free, least)
