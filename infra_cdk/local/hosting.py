"""Starts and stops the host process of a stack, which runs the functions."""

import sys
import urllib.request

from infra_cdk.local import daemons, ports, records
from infra_cdk.local.records import Record
from infra_cdk.local.stack import Stack

NAME = "host"
# The first start imports every function cold and migrates every store.
_READY_WITHIN_S = 120.0


def start(stack: Stack) -> Record:
    """Start the host of a stack whose servers run, and wait until it serves.

    Raises `PortTaken`, or `DaemonFailed` with the end of its log.
    """
    port = ports.claim(stack, "PIXELTRACK_PORT")
    shop_port = ports.claim(stack, "PIXELTRACK_SHOP_PORT", above=port)
    values = {"PIXELTRACK_PORT": str(port), "PIXELTRACK_SHOP_PORT": str(shop_port)}
    record = daemons.start(
        stack,
        NAME,
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


def find(stack: Stack) -> Record | None:
    """Return the record of the stack's host if it runs."""
    return records.find(stack.run, NAME)


def stop(stack: Stack) -> bool:
    """Stop the host; return whether it ran."""
    record = find(stack)
    if record:
        record.end(stack.run)
    return record is not None


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - a loopback address
        return
