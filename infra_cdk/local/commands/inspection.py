"""Commands that inspect: status, logs, events, psql."""

import argparse
import os
import time
import urllib.request
from datetime import datetime
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra_cdk.local import asking, installation, records, supervisor
from infra_cdk.local.commands.command import Commands, add, ask, running_stack, show_differences
from infra_cdk.local.servers import memory, servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.supervisor import HOST, SUPERVISOR, History
from infra_cdk.local.tools.seed import read_demo

_MIB = 1024 * 1024


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "status", _status, "processes, health, lag and memory")
    logs = add(commands, "logs", _logs, "follow the logs, or those whose name begins with NAME")
    logs.add_argument("name", nargs="?", default="")
    events = add(commands, "events", _events, "print the newest events of the demo site")
    events.add_argument("--limit", type=int, default=20)
    psql = add(commands, "psql", _psql, "open the database, or run the given psql arguments")
    psql.add_argument("arguments", nargs=argparse.REMAINDER)


def _status(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    total = 0
    for record in records.running(stack.run):
        held = memory.resident_bytes(record.pid) if record.pid else 0
        total += held
        print(f"  {record.name:<10} pid {record.pid:<8} {held / _MIB:6.0f} MiB  {record.source}")
    print(f"  {'total':<10} {'':<12} {total / _MIB:6.0f} MiB")
    has_host = installation.find_host(stack) is not None
    for name in [*servers.missing(stack), *([] if has_host else [HOST])]:
        print(f"  {name:<10} does not run")
    _show_supervision(stack)
    if not has_host:
        return 1
    if not _serves(stack):
        print("\nthe host is alive but does not answer: it is suspended, or hangs; see its log")
        return 1
    if not stack.is_local:
        print(f"  host       serves {stack.origin}; it tells more where the stage is local")
        return 0
    _show_host(asking.status(stack))
    return 1 if show_differences(stack) else 0


def _serves(stack: Stack) -> bool:
    try:
        urllib.request.urlopen(f"{stack.origin}/health/live", timeout=5).close()  # noqa: S310 - loopback
    except OSError:
        return False
    return True


def _show_supervision(stack: Stack) -> None:
    """Print what was restarted and why, and what is tried again when."""
    is_supervised = records.find(stack.run, SUPERVISOR) is not None
    for history in supervisor.histories(stack.run):
        if line := described(history, time.time(), is_supervised=is_supervised):
            print(line)
    if not is_supervised:
        print("\nnothing restarts what dies; for that, and to start what is missing: make up")


def described(history: History, now: float, *, is_supervised: bool) -> str:
    """Return a line about a process that was or will be restarted, or nothing."""
    if history.died_at is None:
        return ""
    parts = [f"restarted {history.restarts} times" if history.restarts != 1 else "restarted once"]
    if history.is_looping:
        parts.append(f"keeps ending, {history.in_a_row} starts in a row did not last")
    died_at = datetime.fromtimestamp(history.died_at).astimezone()
    parts.append(f"last died {died_at:%Y-%m-%d %H:%M:%S}: {history.reason or 'nothing in its log'}")
    if history.next_at is not None and is_supervised:
        parts.append(f"next try in {max(0, history.next_at - now):.0f} s")
    return f"  {history.name:<10} " + "; ".join(parts)


def _show_host(status: dict[str, Any]) -> None:
    health = status["health"]
    print(f"\nhealth: {health['status']}, up {status['uptimeS']:.0f} s")
    for fault in health["amiss"]:
        print(f"  ! {fault}")
    for name, error in health["errors"].items():
        print(f"  {name:<10} said: {error}")
    if status["linesDropped"]:
        print(f"  {status['linesDropped']} log lines could not be written")
    for purpose, disk in health["disks"].items():
        free = disk["freeBytes"] / _MIB
        print(f"  {purpose:<10} {free:,.0f} MiB free in {health['folders'][purpose]}")
    for name, run in health["schedules"].items():
        if run["endedS"] is not None:
            print(f"  {name:<10} ended well {run['endedS']} s ago")
    for item in status["environments"]:
        held = f"{item['rssBytes'] / _MIB:6.0f} MiB" if item["pid"] else ""
        print(
            f"  {item['group']:<10} {item['number']}  pid {item['pid'] or '-':<8} {held:<12} "
            f"{item['state']}, {item['restarts']} restarts"
        )
    oldest = {consumer["function"]: consumer["oldestS"] for consumer in health["consumers"]}
    for item in status["consumers"]:
        source = item.get("topic") or item["queue"]
        lag = "" if "lag" not in item else f", lag {item['lag']}"
        if (age := oldest.get(item["function"])) is not None:
            lag += f", the oldest for {age} s"
        print(f"  {item['function']} ← {source}{lag}")


def _logs(options: argparse.Namespace) -> None:
    stack = Stack.named(options.stack)
    files = sorted(str(path) for path in stack.logs.glob(f"{options.name}*.log"))
    if not files:
        print(f"no log in {stack.logs} begins with {options.name!r}")
        return
    os.execvp("tail", ["tail", "-n", "30", "-F", *files])  # noqa: S606


def _events(options: argparse.Namespace) -> None:
    stack = running_stack(options.stack)
    demo = read_demo(stack.directory)
    request = urllib.request.Request(  # noqa: S310 - a loopback address
        f"{stack.origin}/api/v1/events?limit={options.limit}",
        headers={"Authorization": f"Bearer {demo['apiKey']}"},
    )
    for event in ask(request)["events"]:
        place = ", ".join(str(event[key]) for key in ("country", "city") if event[key])
        print(f"{event['at']}  {event['eventType']:<14} {event['url']}  {place}")


def _psql(options: argparse.Namespace) -> None:
    parts = conninfo_to_dict(Stack.named(options.stack).environ()["DATABASE_URL"])
    # Not on the command line, which other users of the machine can read.
    os.environ["PGPASSWORD"] = str(parts.pop("password", ""))
    address = make_conninfo("", **parts)
    os.execvp("psql", ["psql", address, *options.arguments])  # noqa: S606
