"""Commands that move or check data: migrate, replay, ledger, audit, openapi."""

import argparse
import json
import urllib.request
from pathlib import Path

from infra_cdk.local import ledger
from infra_cdk.local.commands.parsing import Commands, add
from infra_cdk.local.commands.running import ask, running_stack
from infra_cdk.local.replay import Replay
from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload
from pixeltrack.platform import settings


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "migrate", _migrate, "bring schema, indexes, topics and queues up to date")
    replay = add(commands, "replay", _replay, "send an Apache access log through /track")
    replay.add_argument("file", type=Path, help="a combined log, plain or .gz")
    replay.add_argument("--site", help="tracking id (default: the demo site's)")
    replay.add_argument("--rate", type=float, help="requests a second (default: as fast as taken)")
    add(commands, "ledger", _ledger, "check that every event taken was stored or dropped once")
    audit = add(commands, "audit", _audit, "hold facts and rollups against the stored events")
    audit.add_argument("--site", help="tracking id (default: every site)")
    add(commands, "openapi", _openapi, "write the OpenAPI document")


def _migrate(options: argparse.Namespace) -> None:
    stack = running_stack(options.stack)
    payload = json.dumps(migration_payload(TOPOLOGY, stack.environ())).encode()
    path = "2015-03-31/functions/migrator/invocations"
    request = urllib.request.Request(f"{stack.origin}/{path}", payload)  # noqa: S310 - loopback
    print(json.dumps(ask(request), indent=2))


def _replay(options: argparse.Namespace) -> int:
    stack = running_stack(options.stack)
    demo = json.loads((stack.directory / "demo.json").read_text())
    replay = Replay(stack.origin, options.site or demo["trackingId"], rate=options.rate)
    outcome = replay.run(options.file, lambda so_far: print(f"\r{so_far}", end="", flush=True))
    print(f"\r{outcome}")
    return 1 if outcome.given_up else 0


def _ledger(options: argparse.Namespace) -> int:
    environ = running_stack(options.stack).environ()
    kafka = settings.load(settings.Kafka, environ)
    found = ledger.read(environ)
    print(f"topic {kafka.raw_topic}, id {ledger.topic_id(kafka)}")
    print(ledger.table(found))
    return 1 if found.missing else 0


def _audit(options: argparse.Namespace) -> int:
    from infra_cdk.local.audit import audit  # noqa: PLC0415 - imports the aggregator

    environ = running_stack(options.stack).environ()
    differences = audited = 0
    for site in audit(environ, options.site, lambda now: print(f"\r{now}", end="", flush=True)):
        print(f"\r{site}")
        differences += site.result["count"]
        audited += 1
    if not audited:
        print(f"no site {options.site} has facts" if options.site else "no site has facts yet")
    return 1 if differences or (options.site and not audited) else 0


def _openapi(_: argparse.Namespace) -> None:
    from infra_cdk.local import openapi  # noqa: PLC0415 - imports the functions it describes

    print(f"wrote {openapi.write()}")
