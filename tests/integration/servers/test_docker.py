"""Where an engine runs, compose is told what to do; a script stands in for its client."""

import os
from pathlib import Path

import pytest

from infra_cdk.local import records
from infra_cdk.local.records import Record
from infra_cdk.local.servers import servers
from infra_cdk.local.stack import Stack

CLIENT = """\
#!/bin/sh
echo "$PIXELTRACK_KAFKA_PORT $*" >> {log}
[ "$1 $2" = "compose version" ] || [ "$1" != "{fails_on}" ]
"""


def stack_with_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_on: str = "nothing", **given: str
) -> tuple[Stack, Path]:
    log = tmp_path / "client.log"
    client = tmp_path / "bin" / "docker"
    client.parent.mkdir()
    client.write_text(CLIENT.format(log=log, fails_on=fails_on))
    client.chmod(0o755)
    path = f"{client.parent}:/usr/bin:/bin"
    monkeypatch.setenv("PATH", path)
    return Stack("test", tmp_path, {"PATH": path, **given}), log


def test_up_starts_all_four_and_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack, log = stack_with_client(tmp_path, monkeypatch)
    running = servers.up(stack)
    assert {service.source for service in running} == {"Docker"}
    started = log.read_text().splitlines()[-1]
    assert "--project-name pixeltrack-test" in started
    assert started.endswith("up --detach --wait rabbitmq kafka postgres mongodb")
    port = started.split()[0]
    assert stack.environ()["KAFKA_BOOTSTRAP_SERVERS"] == f"127.0.0.1:{port}"


def test_up_again_asks_compose_again_on_the_same_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, log = stack_with_client(tmp_path, monkeypatch)
    assert servers.up(stack) == servers.up(stack)
    ups = [line for line in log.read_text().splitlines() if " up " in line]
    assert len(ups) == 2
    assert ups[0] == ups[1]


def test_down_keeps_the_volumes_and_forget_removes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, log = stack_with_client(tmp_path, monkeypatch)
    servers.up(stack)
    assert len(servers.down(stack)) == 4
    assert log.read_text().endswith(" down\n")
    servers.forget(stack)
    assert log.read_text().endswith(" down --volumes\n")


def test_servers_that_the_user_names_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092",
        "MONGODB_URI": "mongodb://mongo.example",
        "DATABASE_URL": "postgresql://postgres.example/db",
        "RABBITMQ_URL": "amqp://rabbit.example",
    }
    stack, log = stack_with_client(tmp_path, monkeypatch, **given)
    assert {service.variable: service.url for service in servers.up(stack)} == given
    assert not log.exists()
    assert servers.down(stack) == []


@pytest.mark.parametrize(
    ("durability", "after", "journal"), [("power", "1", True), ("process", str(2**63 - 1), False)]
)
def test_containers_keep_the_promise_too(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    durability: str,
    after: str,
    journal: bool,
) -> None:
    stack, log = stack_with_client(tmp_path, monkeypatch, PIXELTRACK_DURABILITY=durability)
    client = tmp_path / "bin" / "docker"
    client.write_text(f'#!/bin/sh\necho "$PIXELTRACK_KAFKA_FLUSH_AFTER" >> {log}\n')
    servers.up(stack)
    assert log.read_text().splitlines()[-1] == after
    assert ("journal=true" in stack.environ()["MONGODB_URI"]) is journal


def test_a_dead_server_in_whose_place_another_is_named_is_forgotten(tmp_path: Path) -> None:
    given = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "MONGODB_URI": "mongodb://127.0.0.1:9",
        "DATABASE_URL": "postgresql://127.0.0.1:9/pixeltrack",
        "RABBITMQ_URL": "amqp://127.0.0.1:9/%2F",
    }
    assert given.keys() == {service.variable for service in servers.SERVICES}
    stack = Stack("test", tmp_path, given)
    stack.run.mkdir(parents=True)
    Record("kafka", os.getpid(), 1, "an earlier start", {}).write(stack.run)
    servers.up(stack)
    assert records.last(stack.run, "kafka") is None
