"""Health of a host whose servers are away or hang: told at once, by name, without addresses."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.emulator.conftest import SampleHost, eventually, free_ports, sample_host


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleHost]:
    """A host whose PostgreSQL refuses and whose MongoDB takes connections and says nothing."""
    (nobody,) = free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        values = {
            "DATABASE_URL": f"postgresql://u:hunter2@127.0.0.1:{nobody}/x",
            "MONGODB_URI": f"mongodb://127.0.0.1:{mute.getsockname()[1]}/?directConnection=true",
        }
        folder: Path = tmp_path_factory.mktemp("host") / "away"
        with sample_host(folder, values, health=503) as running:
            yield running


def test_what_is_away_is_named(host: SampleHost) -> None:
    said = {"MongoDB does not answer", "PostgreSQL does not answer"}
    eventually(lambda: set(host.client.get("/health").json()["amiss"]) >= said)
    # Events are taken again once Kafka has been heard of.
    eventually(lambda: host.client.get("/health").status_code == 200)
    answer = host.client.get("/health")
    assert answer.json()["status"] == "degraded"
    for secret in ("hunter2", "127.0.0.1", "Error"):
        assert secret not in answer.text


def test_ready_names_what_never_answered_and_live_says_that_it_serves(host: SampleHost) -> None:
    answer = host.client.get("/health/ready")
    assert answer.status_code == 503
    assert {"MongoDB", "PostgreSQL"} <= set(answer.json()["waitingFor"])
    assert host.client.get("/health/live").json() == {"status": "ok"}


def test_an_answer_waits_for_no_server(host: SampleHost) -> None:
    began = time.monotonic()
    for _ in range(50):
        host.client.get("/health")
    assert time.monotonic() - began < 5, "each would wait for two seconds"


def test_this_machine_sees_what_was_said(host: SampleHost) -> None:
    errors = eventually(lambda: host.status()["health"]["errors"])
    assert set(errors) <= {"MongoDB", "PostgreSQL"}
