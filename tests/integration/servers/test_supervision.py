"""A supervisor of its own process brings back what was killed, and never what was stopped."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import pytest

from infra_cdk.local import installation, records, supervisor
from infra_cdk.local.records import Record
from infra_cdk.local.servers import ports, servers
from infra_cdk.local.servers.mongodb import MongoDB
from infra_cdk.local.stack import Stack
from infra_cdk.local.supervisor import SUPERVISOR

pytestmark = pytest.mark.timeout(240)

T = TypeVar("T")


def eventually(look: Callable[[], T | None], within_s: float = 60) -> T:
    deadline = time.monotonic() + within_s
    while not (seen := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return seen


@pytest.fixture
def stack(environ: Mapping[str, str]) -> Iterator[Stack]:
    """A stack with one server of its own."""
    test = Stack.named("test")
    others = {service.variable for service in servers.SERVICES}
    given = {name: value for name, value in test.given.items() if name not in others}
    assert environ
    name = f"test/supervised/{os.getpid()}-{secrets.token_hex(3)}"
    found = Stack(name, test.root, {**given, "PIXELTRACK_USE_DOCKER": "false"})
    found.run.mkdir(parents=True)
    servers._start(found, MongoDB(), ports.claim(found, MongoDB.port_variable))
    yield found
    installation.down(found)
    shutil.rmtree(found.directory)


def kill(record: Record) -> None:
    record.kill(20)
    assert not record.is_alive


def successor(stack: Stack, name: str, before: Record) -> Record | None:
    found = records.find(stack.run, name)
    return found if found and found.pid != before.pid else None


def running(stack: Stack, name: str) -> Record:
    found = records.find(stack.run, name)
    assert found
    return found


def test_a_killed_server_comes_back_on_its_port(stack: Stack) -> None:
    guard = installation.supervise(stack)
    assert installation.supervise(stack) == guard, "there is one"

    first = running(stack, "mongodb")
    kill(first)
    second = eventually(lambda: successor(stack, "mongodb", first))
    assert second.values == first.values
    seen = eventually(
        lambda: [h for h in supervisor.histories(stack.run) if h.restarts and not h.next_at]
    )
    MongoDB().probe(second.values["MONGODB_URI"])
    assert [(h.name, h.restarts) for h in seen] == [("mongodb", 1)]

    kill(guard)
    kill(second)
    installation.supervise(stack)
    third = eventually(lambda: successor(stack, "mongodb", second))

    assert set(installation.down(stack)) == {SUPERVISOR, "mongodb"}
    assert not third.is_alive
    assert not list(stack.run.glob("*.json"))
    assert supervisor.histories(stack.run) == []


def test_it_ends_with_its_stack(stack: Stack) -> None:
    guard = installation.supervise(stack)
    (stack.run / f"{SUPERVISOR}.json").unlink()
    eventually(lambda: not guard.is_alive)
