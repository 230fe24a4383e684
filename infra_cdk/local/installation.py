"""Starts or stops a whole stack: servers, the host process that runs the functions, demo data."""

import shutil
import sys
import urllib.request

from infra_cdk.local import records
from infra_cdk.local.records import Record
from infra_cdk.local.servers import daemons, ports, servers
from infra_cdk.local.servers.servers import Running
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.seed import FILE, Demo, seed

HOST = "host"
# The first start imports every function cold and migrates every store.
_READY_WITHIN_S = 120.0


def start_host(stack: Stack) -> Record:
    """Start the host of a stack whose servers are running, and wait until it serves.

    Raise `PortTaken`, or `DaemonFailed` with the end of its log.
    """
    port = ports.claim(stack, "PIXELTRACK_PORT")
    shop_port = ports.claim(stack, "PIXELTRACK_SHOP_PORT", above=port)
    values = {"PIXELTRACK_PORT": str(port), "PIXELTRACK_SHOP_PORT": str(shop_port)}
    record = daemons.start(
        stack,
        HOST,
        [sys.executable, "-m", "infra_cdk.local", "host", "--stack", stack.name],
        environ={**stack.given, **values, "PYTHONUNBUFFERED": "1"},
        values=values,
        source="functions",
    )
    try:
        health = f"http://127.0.0.1:{port}/health"
        daemons.wait_until_ready(stack, record, lambda: _get(health), within_s=_READY_WITHIN_S)
    except BaseException:
        record.end(stack.run)
        raise
    return record


def find_host(stack: Stack) -> Record | None:
    """Return the record of the stack's host if it is running."""
    return records.find(stack.run, HOST)


def stop_host(stack: Stack) -> bool:
    """Stop the host; return whether it was running."""
    record = find_host(stack)
    if record:
        record.end(stack.run)
    return record is not None


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - a loopback address
        return


def up(stack: Stack) -> list[Running]:
    """Start the servers, then the host; neither is started twice."""
    found = servers.up(stack)
    if not find_host(stack):
        start_host(stack)
    return found


def furnish(stack: Stack) -> Demo:
    """Create the demo account, site and key of a running stack, or find them."""
    database_url = stack.environ()["DATABASE_URL"]
    return seed(database_url, stack.directory, stack.origin, stack.shop)


def down(stack: Stack) -> list[str]:
    """Stop host and servers, keeping their data; return the names of what was stopped."""
    stopped = [HOST] if stop_host(stack) else []
    return [*stopped, *servers.down(stack)]


def reset(stack: Stack) -> list[str]:
    """Stop everything and delete the stack's data and demo key; return what was stopped."""
    stopped = down(stack)
    servers.forget(stack)
    shutil.rmtree(stack.data, ignore_errors=True)
    (stack.directory / FILE).unlink(missing_ok=True)
    return stopped
