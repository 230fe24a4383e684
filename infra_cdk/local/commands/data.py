"""Commands that move or check data: migrate, replay, import-log, generate, ledger, audit…"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from infra_cdk.local import asking
from infra_cdk.local.commands.command import Commands, NotRunning, add, running_stack
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools import expected_schema, import_log, ledger, log_files, page_views
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.replay import Replay
from infra_cdk.local.tools.seed import read_demo
from infra_cdk.local.tools.traffic import checking, generating
from infra_cdk.local.tools.traffic.generating import Plan
from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload
from pixeltrack.platform import settings
from pixeltrack.platform.instants import iso

_SHOW_EVERY_S = 0.5
_MOST_SHOWN = 20
_FILES = "a log, a pattern that matches several, or - for standard input; packed or not"


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "migrate", _migrate, "bring schema, indexes, topics and queues up to date")
    replay = add(commands, "replay", _replay, "send access logs through /track")
    replay.add_argument("files", nargs="+", metavar="FILE", help=_FILES)
    replay.add_argument("--site", help="tracking id (default: the demo site's)")
    replay.add_argument("--rate", type=float, help="requests a second (default: as fast as taken)")
    add(commands, "ledger", _ledger, "check that every event taken was stored or dropped once")
    audit = add(commands, "audit", _audit, "hold facts and rollups against the stored events")
    audit.add_argument("--site", help="tracking id (default: every site)")
    log = add(commands, "import-log", _import_log, "bring access logs' history in")
    log.add_argument("files", nargs="+", metavar="FILE", help=_FILES)
    log.add_argument("--site", help="tracking id (default: the demo site's)")
    about = "leave paths out, as in '/admin/*': * is any characters, ? one; may be repeated"
    log.add_argument("--exclude", action="append", default=[], metavar="PATTERN", help=about)
    about = "read everything and say what would be in, send nothing"
    log.add_argument("--dry-run", action="store_true", help=about)
    generate = add(commands, "generate", _generate, "make traffic whose true figures are known")
    generate.add_argument("--events", type=_number, default=100_000, help="how many are sent")
    generate.add_argument("--days", type=_number, default=30, help="on so many days until today")
    generate.add_argument("--sites", type=_number, default=1, help="for so many new sites")
    generate.add_argument("--seed", type=int, default=1, help="the same seed gives the same")
    add(commands, "openapi", _openapi, "write the OpenAPI document")
    about = "write down the schema that the migrations make, on the server of `make up`"
    add(commands, "schema", _schema, about)


def _migrate(options: argparse.Namespace) -> None:
    stack = running_stack(options.stack)
    found = asking.invoke(stack, "migrator", migration_payload(TOPOLOGY, stack.environ()))
    print(json.dumps(found, indent=2))


def _replay(options: argparse.Namespace) -> int:
    stack = running_stack(options.stack)
    demo = read_demo(stack.directory)
    replay = Replay(stack.origin, options.site or demo["trackingId"], rate=options.rate)
    with log_files.opened(options.files) as logs:
        for log in logs:
            replay.run(log, lambda so_far: print(f"\r{so_far}", end="", flush=True))
    print(f"\r{replay.outcome}")
    return 1 if _show_faults(logs) or replay.outcome.given_up else 0


def _ledger(options: argparse.Namespace) -> int:
    environ = running_stack(options.stack).environ()
    kafka = settings.load(settings.Kafka, environ)
    found = ledger.read(environ)
    print(f"topic {kafka.raw_topic}, id {ledger.topic_id(kafka)}")
    print(ledger.table(found))
    return 1 if found.missing else 0


def _audit(options: argparse.Namespace) -> int:
    from infra_cdk.local.tools.audit import audit  # noqa: PLC0415 - imports the aggregator

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
    from infra_cdk.local.tools import openapi  # noqa: PLC0415 - imports the functions it describes

    print(f"wrote {openapi.write()}")


def _schema(options: argparse.Namespace) -> None:
    database_url = Stack.named(options.stack).environ().get("DATABASE_URL")
    if database_url is None:
        raise NotRunning("no PostgreSQL runs; start it with: make up")
    print(f"wrote {expected_schema.write(database_url)}")


def _import_log(options: argparse.Namespace) -> int:
    excluded = page_views.compiled(options.exclude)
    stack = running_stack(options.stack)
    demo = read_demo(stack.directory)
    tracking_id, is_dry = options.site or demo["trackingId"], options.dry_run
    with log_files.opened(options.files) as logs:
        done = import_log.run(stack, logs, tracking_id, Line(), excluded=excluded, is_dry=is_dry)
    print("\r\033[K", end="")
    for line in summary(done, is_dry=is_dry):
        print(line)
    if not _show_faults(logs):
        return 0
    print("What could be read counts as a log of its own: do not bring it in whole as well.")
    return 1


def summary(done: import_log.Import, *, is_dry: bool) -> Iterator[str]:
    """Yield what an import found, or a dry run would bring in, in lines."""
    for name in done.repeated:
        yield f"{name} says the same as another log, and counts once"
    for name, count in done.formats.most_common():
        yield f"{count:>9,} read as {name}"
    span = ""
    if done.first_ms is not None and done.last_ms is not None:
        span = f", from {iso(done.first_ms)} to {iso(done.last_ms)}"
    yield f"{done.views:,} page views {'would be' if is_dry else 'are'} in{span}"
    yield f"{done.left_out.total():,} lines left out{':' if done.left_out else ''}"
    for reason, count in done.left_out.most_common():
        yield f"{count:>9,} {reason}"
        yield f"{'':>10}{done.examples[reason]}"


def _show_faults(logs: Sequence[LogFile]) -> bool:
    """Say which logs were not read to their ends, and return whether any was not."""
    faults = [log.fault for log in logs if log.fault]
    for fault in faults:
        print(f"error: {fault}")
    return bool(faults)


def _generate(options: argparse.Namespace) -> int:
    stack, line = running_stack(options.stack), Line()
    today = datetime.now(UTC).date()
    plan = Plan(options.events, options.days, options.sites, options.seed, today)
    path = generating.run(stack, plan, line)
    demo = read_demo(stack.directory)
    checked = checking.check(stack.origin, demo["apiKey"], json.loads(path.read_text()), line)
    print(f"\r\033[K{options.events:,} events are in; the truth: {path}")
    print(f"{checked.figures:,} figures compared with the API's, {len(checked.differences)} differ")
    for difference in checked.differences[:_MOST_SHOWN]:
        print(f"  {difference}")
    return 1 if checked.differences else 0


def _number(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("is less than 1")
    return number


class Line:
    """Shows progress on one line of the terminal, twice a second at most."""

    def __init__(self) -> None:
        self._shown_at = 0.0

    def __call__(self, text: str) -> None:
        """Show a text in place of the one before."""
        now = time.monotonic()
        if now - self._shown_at >= _SHOW_EVERY_S:
            self._shown_at = now
            print(f"\r\033[K{text}", end="", flush=True)
