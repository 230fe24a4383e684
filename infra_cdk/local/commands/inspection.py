"""Commands that inspect: status, logs, events, psql."""

import argparse
import json
import os
import urllib.request
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra_cdk.local import installation, records
from infra_cdk.local.commands.command import Commands, add, ask, running_stack
from infra_cdk.local.servers import memory, servers
from infra_cdk.local.stack import Stack

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
    for service in servers.missing(stack):
        print(f"  {service:<10} does not run")
    if not installation.find_host(stack):
        print("  host       does not run; start it with: make up")
        return 1
    _show_host(ask(f"{stack.origin}/status.json"))
    return 0


def _show_host(status: dict[str, Any]) -> None:
    waiting = ", ".join(status["waitingFor"])
    print(
        f"\nhealth: {f'waiting for {waiting}' if waiting else 'ok'}, up {status['uptimeS']:.0f} s"
    )
    for item in status["environments"]:
        held = f"{item['rssBytes'] / _MIB:6.0f} MiB" if item["pid"] else ""
        print(
            f"  {item['group']:<10} {item['number']}  pid {item['pid'] or '-':<8} {held:<12} "
            f"{item['state']}, {item['restarts']} restarts"
        )
    for item in status["consumers"]:
        source = item.get("topic") or item["queue"]
        lag = "" if "lag" not in item else f", lag {item['lag']}"
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
    demo = json.loads((stack.directory / "demo.json").read_text())
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
