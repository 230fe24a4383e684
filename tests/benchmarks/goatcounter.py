"""A GoatCounter server (2.0 or newer) of the bench's own, and the load in its words.

It serves from SQLite as by default, except that it stores single page views, as this product does,
and that its limit of requests a visitor does not bind.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from infra_cdk.local import records
from infra_cdk.local.servers import daemons, ports
from infra_cdk.local.stack import Stack
from tests.benchmarks import load
from tests.benchmarks.cpu import Listed, Meter

HOST = "stats.example.com"
PROCESS = "goatcounter"
READY_WITHIN_S = 60.0
STORED_WITHIN_S = 30.0
"""It stores every ten seconds: what is not stored after so long never will be."""
QUIET_CPU_S = 0.05
"""A second with less processor time is one in which nothing is done."""
SINGLE_PAGE_VIEWS = 256
"""The bit of a site's setting `collect`; until 2.5 they are stored without it."""


class PeerFailed(Exception):
    """GoatCounter does not run; the message is one line for whoever gave it."""


class Hits(load.Visitors):
    """The crowd as GoatCounter hears of it: a GET for each page view, answered by a picture."""

    taken = 200

    def _told(self, events: list[dict[str, str]], headers: bytes) -> bytes:
        (event,) = events
        url, size = urlsplit(event["url"]), event["screen"].replace("x", ",")
        query = {"p": url.path, "q": f"?{url.query}", "t": event["title"], "r": event["referrer"]}
        rest = urlencode(query | {"s": f"{size},1", "rnd": event["id"]}).encode()
        return b"GET /count?%s HTTP/1.1\r\n%s\r\n" % (rest, headers)


class GoatCounter:
    """A server with its database in the folder of `stack`."""

    name = "GoatCounter"

    def __init__(self, program: str, stack: Stack) -> None:
        self._program, self._stack, self._stored = program, stack, 0
        self._file = stack.data / "goatcounter.sqlite3"
        self._port = ports.next_free(stack.wanted_port("PIXELTRACK_PORT") + 500)
        self.origin = f"http://127.0.0.1:{self._port}"

    def visitors(self, count: int) -> load.Visitors:
        """Return the crowd."""
        return Hits("", HOST, count, 1)

    def processes(self) -> Listed:
        """Return the server, for the meter."""
        record = records.last(self._stack.run, PROCESS)
        return [(self.name, record.pid)] if record else []

    def finish(self, taken: int) -> None:
        """Wait until so many more are stored and added up, or none will be any more."""
        wanted, grown_at = self._stored + taken, time.monotonic()
        while self._stored < wanted and time.monotonic() - grown_at < STORED_WITHIN_S:
            time.sleep(0.2)
            if (stored := self.stored()) > self._stored:
                self._stored, grown_at = stored, time.monotonic()
        is_busy = True
        while is_busy:
            meter = Meter(self.processes)
            time.sleep(1.0)
            is_busy = meter.used().get(self.name, 0.0) > QUIET_CPU_S

    def stored(self) -> int:
        """Return how many page views its database holds; from 2.7 those of bots are apart."""
        with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True)) as database:
            stored = int(database.execute("select count(*) from hits").fetchone()[0])
            with contextlib.suppress(sqlite3.OperationalError):
                stored += int(database.execute("select count(*) from bots").fetchone()[0])
            return stored

    def crash(self) -> None:
        """Kill it and start it anew on what is on disk."""
        record = records.last(self._stack.run, PROCESS)
        self.stop()
        if record is not None:
            ports.again(record, "port")
        self.serve()

    def stop(self) -> None:
        """Kill it, with whatever it started."""
        record = records.last(self._stack.run, PROCESS)
        # The pid of a leader that ended is nobody else's while its group is there.
        if record and (record.is_alive or not Path(f"/proc/{record.pid}").exists()):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(record.pid, signal.SIGKILL)
        records.end(self._stack.run, PROCESS)

    def create(self) -> None:
        """Make the database with a site. Raise `PeerFailed`."""
        site = ("-vhost", HOST, "-user.email", "bench@example.com", "-user.password", "tea at five")
        try:
            made = subprocess.run(
                [self._program, "db", "create", "site", "-createdb", *self._database(), *site],
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=READY_WITHIN_S,
            )
            if made.returncode:
                said = b" ".join((made.stderr + made.stdout).split())[:300].decode(errors="replace")
                raise PeerFailed(f"it makes no site: {said or made.returncode}")
            self._store_single_page_views()
        except (
            OSError,
            subprocess.TimeoutExpired,
            sqlite3.Error,
            ValueError,
            LookupError,
        ) as error:
            raise PeerFailed(f"it makes no site: {error}") from error

    def serve(self) -> None:
        """Start it and wait until it listens. Raise `PeerFailed`."""
        listen = ("-listen", f"127.0.0.1:{self._port}", "-tls", "http")
        options = (*self._database(), *listen, "-ratelimit", "count:999999/1")
        try:
            record = daemons.start(
                self._stack,
                PROCESS,
                [self._program, "serve", *options],
                environ=self._environ(),
                values={"port": str(self._port)},
                source=self._program,
            )
            daemons.wait_until_ready(self._stack, record, self._connect, READY_WITHIN_S)
        except (OSError, daemons.DaemonFailed) as error:
            said = daemons.last_line(daemons.log_of(self._stack, PROCESS))
            raise PeerFailed(f"it does not serve: {said or error}") from error

    def _store_single_page_views(self) -> None:
        with closing(sqlite3.connect(self._file)) as database:
            ((stored,),) = database.execute("select settings from sites")
            settings = json.loads(stored)
            settings["collect"] |= SINGLE_PAGE_VIEWS
            text = json.dumps(settings)
            fresh = text.encode() if isinstance(stored, bytes) else text
            database.execute("update sites set settings = ?", [fresh])
            database.commit()

    def _connect(self) -> None:
        socket.create_connection(("127.0.0.1", self._port), 5).close()

    def _database(self) -> tuple[str, str]:
        return "-db", f"sqlite+{self._file}"

    def _environ(self) -> dict[str, str]:
        """Return few variables, since it takes those named GOATCOUNTER_… for options."""
        given = self._stack.given
        return {name: given[name] for name in ("PATH", "HOME", "TMPDIR") if name in given}


@contextmanager
def goatcounter(program: str, stack: Stack) -> Iterator[GoatCounter]:
    """Lend a running one, and delete all of it afterwards. Raise `PeerFailed`."""
    stack.prepare()
    server = GoatCounter(program, stack)
    try:
        server.create()
        server.serve()
        yield server
    finally:
        server.stop()
        shutil.rmtree(stack.directory, ignore_errors=True)
