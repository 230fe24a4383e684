"""Starts or stops a whole stack: servers, the host process that runs the functions, demo data."""

import json
import shutil
import sys
import urllib.error
import urllib.request

from infra_cdk.local import records, supervisor
from infra_cdk.local.records import Record
from infra_cdk.local.servers import daemons, ports, servers
from infra_cdk.local.servers.servers import Running
from infra_cdk.local.stack import PORTS, Stack
from infra_cdk.local.supervisor import HOST, SUPERVISOR
from infra_cdk.local.tools.seed import FILE, Demo, seed

# The first start imports every function cold and migrates every store.
_READY_WITHIN_S = 120.0


def start_host(stack: Stack) -> Record:
    """Start the host of a stack whose servers are running, and wait until it serves.

    Raise `PortTaken`, `Unusable`, `SettingsError`, or `DaemonFailed` with the end of its log.
    """
    stack.prepare()
    values, above = {}, 0
    for variable in PORTS:
        above = ports.claim(stack, variable, above=above)
        values[variable] = str(above)
    record = _begin_host(stack, values)
    try:
        _wait_for_host(stack, record)
    except BaseException:
        record.end(stack.run)
        raise
    return record


def _begin_host(stack: Stack, values: dict[str, str]) -> Record:
    return daemons.start(
        stack,
        HOST,
        [sys.executable, "-m", "infra_cdk.local", "host", "--stack", stack.name],
        environ={**stack.given, **values, "PYTHONUNBUFFERED": "1"},
        values=values,
        source="functions",
    )


def _wait_for_host(stack: Stack, record: Record) -> None:
    ready = f"http://127.0.0.1:{record.values['PIXELTRACK_PORT']}/health/ready"
    daemons.wait_until_ready(stack, record, lambda: _get(ready), within_s=_READY_WITHIN_S)


def find_host(stack: Stack) -> Record | None:
    """Return the record of the stack's host if it is running."""
    return records.find(stack.run, HOST)


def stop_host(stack: Stack) -> None:
    """Stop the host, if it is running."""
    records.end(stack.run, HOST)


def _get(url: str) -> None:
    """Ask a host whether it is ready; raise `OSError` with what it waits for."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - a loopback address
    except urllib.error.HTTPError as error:
        missing = ", ".join(json.load(error)["waitingFor"])
        raise ConnectionError(f"it waits for {missing}") from error


def up(stack: Stack) -> list[Running]:
    """Start the servers, the host and their supervisor; none is started twice.

    Tests start servers and hosts one by one instead, without a supervisor: they kill them.
    """
    found = servers.up(stack)
    with servers.alone(stack):
        if record := find_host(stack):
            _wait_for_host(stack, record)
        else:
            start_host(stack)
        supervise(stack)
    return found


def supervise(stack: Stack) -> Record:
    """Start the supervisor of a stack, or find it."""
    command = [sys.executable, "-m", "infra_cdk.local.supervisor", "--stack", stack.name]
    return records.find(stack.run, SUPERVISOR) or daemons.start(
        stack, SUPERVISOR, command, environ=stack.given, values={}, source="restarts what dies"
    )


def revive(stack: Stack, name: str) -> None:
    """Start a server or the host anew that died, on its port, and wait until it is ready.

    Raise `DaemonFailed` or `PortTaken`.
    """
    if name != HOST:
        servers.revive(stack, name)
        return
    with servers.alone(stack):
        died = records.last(stack.run, HOST)
        if died is None or died.is_alive:
            return
        for variable in died.values:
            ports.again(died, variable)
        record = _begin_host(stack, died.values)
    _wait_for_host(stack, record)


def furnish(stack: Stack) -> Demo:
    """Create the demo account, site and key of a running stack, or find them."""
    database_url = stack.environ()["DATABASE_URL"]
    return seed(database_url, stack.directory, stack.origin, stack.shop)


def down(stack: Stack) -> list[str]:
    """Stop everything, keeping the data; return the names of what was stopped.

    The supervisor goes first, or it would take for a death what is none.
    """
    with servers.alone(stack):
        stopped = records.end(stack.run, SUPERVISOR)
        supervisor.forget(stack.run)
        stopped += records.end(stack.run, HOST)
    return [*stopped, *servers.down(stack)]


def reset(stack: Stack) -> list[str]:
    """Stop everything and delete the stack's data and demo key; return what was stopped."""
    stopped = down(stack)
    servers.forget(stack)
    shutil.rmtree(stack.data, ignore_errors=True)
    (stack.directory / FILE).unlink(missing_ok=True)
    return stopped
