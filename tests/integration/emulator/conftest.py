"""Hosts with the sample topology, each in a process and folder of its own."""

import contextlib
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx
import pytest
from botocore.config import Config

from infra_cdk.local.signatures import Keys

SCRIPT = Path(__file__).parents[2] / "fakes" / "sample_host.py"
WITHIN_S = 30.0
MAIL = """{"id": "1", "to": "ada@example.com", "subject": "Reset", "sentAt": "2026-11-28T00:00:00Z",
    "text": "Open http://127.0.0.1/reset?token=geheim"}"""


T = TypeVar("T")


def eventually(look: Callable[[], T], within_s: float = WITHIN_S) -> T:
    """Look until something true is seen."""
    until = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)
    return seen


@dataclass(frozen=True)
class SampleHost:
    """A running host; its functions write down what they see in `folder`."""

    folder: Path
    port: int
    shop_port: int
    local_port: int
    process: subprocess.Popen[bytes]
    client: httpx.Client
    local: httpx.Client
    """At the local port; `client` is at the main one."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def local_origin(self) -> str:
        return f"http://127.0.0.1:{self.local_port}"

    @property
    def keys(self) -> Keys:
        """The keys of this start."""
        return Keys.read(self.folder / "run" / "invoke.keys")

    def aws(self, service: str) -> Any:
        """Return AWS's own client of an API at the local port."""
        keys = self.keys
        return boto3.client(
            service,
            endpoint_url=self.local_origin,
            region_name="us-east-1",
            aws_access_key_id=keys.id,
            aws_secret_access_key=keys.secret,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def do(self, **order: Any) -> httpx.Response:
        """Have the echo function do something."""
        return self.client.get("/echo", params={"do": json.dumps(order)})

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.local.get("/status.json").json()
        return answer

    def environments(self, group: str) -> list[dict[str, Any]]:
        return [e for e in self.status()["environments"] if e["group"] == group]

    def seen(self, name: str) -> list[dict[str, Any]]:
        """Read what a function wrote down, a JSON document a line."""
        file = self.folder / name
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def is_healthy(self) -> bool:
        return self.health() == 200

    def health(self) -> int:
        try:
            return self.client.get("/health/ready").status_code
        except httpx.TransportError:
            assert self.process.poll() is None, (self.folder / "host.out").read_text()
            return 0


def free_ports(count: int) -> list[int]:
    """Find ports below those that the system gives to outgoing connections."""
    found: list[int] = []
    for port in random.sample(range(21_000, 31_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            break
    return found


@contextmanager
def sample_host(
    folder: Path,
    values: Mapping[str, str],
    health: int = 200,
    limits: Mapping[str, float] | None = None,
) -> Iterator[SampleHost]:
    """Run a host until its health check answers `health`, then lend it."""
    port, shop_port, local_port = free_ports(3)
    folder.mkdir(exist_ok=True)
    given = {
        "directory": str(folder),
        "port": port,
        "shop_port": shop_port,
        "local_port": local_port,
        "limits": limits or {},
        "values": {"PIXELTRACK_GEOIP_DIR": str(folder), **values},
    }
    with (
        (folder / "host.out").open("wb") as output,
        subprocess.Popen(
            [sys.executable, str(SCRIPT), json.dumps(given)],
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
        httpx.Client(base_url=f"http://127.0.0.1:{local_port}", timeout=20) as local,
    ):
        host = SampleHost(folder, port, shop_port, local_port, process, client, local)
        try:
            eventually(lambda: host.health() == health)
            yield host
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleHost]:
    """A host without brokers, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "frontend" / "shop").mkdir(parents=True)
    (folder / "frontend" / "assets").mkdir()
    (folder / "frontend" / "demo").mkdir()
    (folder / "frontend" / "demo" / "index.html").write_text("<h1>demo</h1>")
    (folder / "frontend" / "index.html").write_text("<h1>dashboard</h1>")
    (folder / "frontend" / "assets" / "a.js").write_text("1")
    snippet = '<script src="%PIXELTRACK_ORIGIN%/tracker.js" data-site="%TRACKING_ID%"></script>'
    (folder / "frontend" / "shop" / "index.html").write_text(f"home {snippet}")
    (folder / "frontend" / "shop" / "about.html").write_text(f"about {snippet}")
    (folder / "frontend" / "shop" / "shop.css").write_text("a{}")
    (folder / "mail").mkdir()
    (folder / "mail" / "1.json").write_text(MAIL)
    (folder / "tracker.js").write_text("track()")
    (folder / "demo.json").write_text('{"trackingId": "pt_1", "password": "geheim"}')
    with sample_host(folder, {}) as host:
        yield host


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[SampleHost]:
    """A host without brokers, of one test's own."""
    with sample_host(tmp_path / "host", {}) as host:
        yield host
