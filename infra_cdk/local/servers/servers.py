"""Starts the four servers of a stack in parallel, each from the first source that has it."""

import fcntl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from infra_cdk.local import records
from infra_cdk.local.files import Unusable
from infra_cdk.local.servers import daemons, docker, packages, ports
from infra_cdk.local.servers.kafka import Kafka
from infra_cdk.local.servers.mongodb import MongoDB
from infra_cdk.local.servers.native import Launch, Native
from infra_cdk.local.servers.postgres import Postgres
from infra_cdk.local.servers.rabbitmq import RabbitMQ
from infra_cdk.local.stack import Stack

# RabbitMQ takes longest, so it comes first; they stop in the opposite order.
SERVICES: tuple[Native, ...] = (RabbitMQ(), Kafka(), Postgres(), MongoDB())


@dataclass(frozen=True, slots=True)
class Running:
    """A server that is ready: its settings variable with its value, and where it came from."""

    name: str
    variable: str
    url: str
    source: str


def up(stack: Stack) -> list[Running]:
    """Start what is not running and return all four once each has passed its health check.

    Raise `DaemonFailed`, `PortTaken`, `PackagesMissing`, `Unusable` or `SettingsError`, worded for
    the user.
    """
    stack.prepare()
    with alone(stack):
        _forget_replaced(stack)
        begun = [s for s in SERVICES if _runs_here(stack, s)]
        wanted = [s for s in SERVICES if not _is_certain(stack, s)]
        if wanted and docker.is_usable(stack):
            docker.up(stack, wanted)
        elif wanted:
            packages.ensure({p: n for s in wanted for p, n in s.packages.items()})
            claimed = [(service, _claim(stack, service)) for service in wanted]
            with ThreadPoolExecutor(len(claimed)) as pool:
                list(pool.map(lambda pair: _start(stack, *pair), claimed))
        for service in begun:  # the supervisor may have started it a moment ago
            _wait(stack, service, records.find(stack.run, service.name))
    return [running for s in SERVICES if (running := _found(stack, s))]


def down(stack: Stack) -> list[str]:
    """Stop what `up` started, keeping its data; return the names of what was stopped."""
    with alone(stack):
        stopped = docker.down(stack)
        for name in [s.name for s in reversed(SERVICES)] + ["epmd"]:
            stopped += records.end(stack.run, name)
    return stopped


def _forget_replaced(stack: Stack) -> None:
    """Forget servers that died, in whose place the user names others: nobody restarts them."""
    for service in SERVICES:
        if service.variable in stack.given and not records.find(stack.run, service.name):
            records.end(stack.run, service.name)


def missing(stack: Stack) -> list[str]:
    """Return the names of the servers that are not running."""
    return [s.name for s in SERVICES if not _found(stack, s)]


def forget(stack: Stack) -> None:
    """Delete what Docker keeps for the stack; data of native servers are in `stack.data`."""
    docker.down(stack, forget=True)


def _found(stack: Stack, service: Native) -> Running | None:
    """Return a server that the user names or that is running already."""
    if url := stack.given.get(service.variable):
        return Running(service.name, service.variable, url, f"given by {service.variable}")
    if record := records.find(stack.run, service.name):
        url = record.values[service.variable]
        return Running(service.name, service.variable, url, record.source)
    return None


def _is_certain(stack: Stack, service: Native) -> bool:
    """Tell whether a server needs no start; only compose knows about one in a container."""
    return service.variable in stack.given or _runs_here(stack, service)


def _runs_here(stack: Stack, service: Native) -> bool:
    """Tell whether a server of this stack's own is a process of this machine."""
    found = records.find(stack.run, service.name)
    is_process = found is not None and found.pid != records.IN_A_CONTAINER
    return is_process and service.variable not in stack.given


def _claim(stack: Stack, service: Native) -> int:
    died = records.last(stack.run, service.name)
    port = died.values.get(service.port_variable) if died else None
    return ports.claim(stack, service.port_variable, last=int(port) if port else None)


def revive(stack: Stack, name: str) -> None:
    """Start a server that died anew on its port and wait until it responds.

    One that runs, was stopped, or is not ours is left alone. One that is slow is not stopped: it
    may be repairing its data. Raise `DaemonFailed` or `PortTaken`.
    """
    service = next(s for s in SERVICES if s.name == name)
    with alone(stack):
        died = records.last(stack.run, name)
        if died is None or died.is_alive or service.variable in stack.given:
            return
        record = _begin(stack, service, ports.again(died, service.port_variable))
    _wait(stack, service, record)


def _start(stack: Stack, service: Native, port: int) -> None:
    """Start one server and wait until it responds; a server that does not is stopped again."""
    record = _begin(stack, service, port)
    try:
        _wait(stack, service, record)
    except (daemons.DaemonFailed, Unusable):
        record.end(stack.run)
        raise


def _begin(stack: Stack, service: Native, port: int) -> records.Record:
    """Start the programs of a server."""
    *companions, launch = service.prepare(stack, port)
    for companion in companions:
        if not records.find(stack.run, companion.name):
            _launch(stack, companion, companion.values, service.source())
    values = {service.variable: service.url(stack, port), service.port_variable: str(port)}
    return _launch(stack, launch, values, service.source())


def _wait(stack: Stack, service: Native, record: records.Record | None) -> None:
    """Wait until a server responds; raise `DaemonFailed` where it ends or takes too long."""
    if record is not None:
        url = record.values[service.variable]
        daemons.wait_until_ready(
            stack, record, lambda: service.probe(url), within_s=service.ready_within_s
        )


def _launch(stack: Stack, launch: Launch, values: Mapping[str, str], source: str) -> records.Record:
    basics = {name: stack.given[name] for name in ("PATH", "HOME", "LANG") if name in stack.given}
    return daemons.start(
        stack,
        launch.name,
        launch.command,
        environ={**basics, **launch.environ},
        values=values,
        source=source,
    )


@contextmanager
def alone(stack: Stack) -> Iterator[None]:
    """Let one process at a time change a stack; the kernel drops the lock of one that dies."""
    stack.run.mkdir(parents=True, exist_ok=True)
    with (stack.run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
