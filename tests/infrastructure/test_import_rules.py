"""`make check` turns red on an import that breaks a rule, whichever package it is in."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infra_cdk.local.stack import ROOT

PACKAGES = ("layers/shared/python/pixeltrack", "functions", "infra_cdk")
SHARED = "layers/shared/python/pixeltrack"

# The contract's id, and what it refuses: new files, or lines at the end of files that there are.
HOLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "a module in no layer": ("subjects", {f"{SHARED}/site_ports.py": ""}),
    "a package in no layer": ("subjects", {f"{SHARED}/fresh/__init__.py": ""}),
    "events know facts": (
        "subjects",
        {f"{SHARED}/events/fresh.py": "from pixeltrack.facts import ports"},
    ),
    "facts know the HTTP kit": (
        "subjects",
        {f"{SHARED}/facts/fresh.py": "from pixeltrack.api import http"},
    ),
    "sites know accounts": (
        "subjects",
        {f"{SHARED}/sites/fresh.py": "import pixeltrack.accounts.ports"},
    ),
    "the HTTP kit knows events": (
        "kit",
        {f"{SHARED}/api/fresh.py": "from pixeltrack.events import wire"},
    ),
    "two modules know each other": (
        "cycles",
        {
            f"{SHARED}/facts/fresh.py": "import pixeltrack.facts.stale",
            f"{SHARED}/facts/stale.py": "import pixeltrack.facts.fresh",
        },
    ),
    "the aggregator knows another function": (
        "functions",
        {"functions/aggregator/fresh.py": "from functions.reports import handler"},
    ),
    "a new function knows another": (
        "functions",
        {
            "functions/fresh/__init__.py": "",
            "functions/fresh/handler.py": "import functions.auth.handler",
        },
    ),
    "the shared package knows a function": (
        "top",
        {f"{SHARED}/reports/fresh.py": "import functions.reports.handler"},
    ),
    "the shared package knows how it is deployed": (
        "top",
        {f"{SHARED}/platform/fresh.py": "from infra_cdk import topology"},
    ),
    "a function knows how it is deployed": (
        "deployed",
        {"functions/auth/fresh.py": "import infra_cdk.topology"},
    ),
    "the local host knows a function": (
        "deployed",
        {"infra_cdk/local/fresh.py": "from functions.collector import handler"},
    ),
    "routes know Postgres": (
        "adapters",
        {"functions/reports/fresh.py": "from pixeltrack.platform.postgres import Database"},
    ),
    "routes know a collection": (
        "adapters",
        {"functions/sites/fresh.py": "import pixeltrack.events.mongo.store"},
    ),
    "a handler knows Kafka": (
        "adapters",
        {"functions/collector/fresh.py": "from pixeltrack.platform import kafka"},
    ),
    "a rule knows an adapter": (
        "adapters",
        {f"{SHARED}/sites/fresh.py": "from pixeltrack.sites import postgres"},
    ),
    "a port knows an adapter": (
        "rules",
        {f"{SHARED}/sites/ports.py": "import pixeltrack.sites.postgres"},
    ),
    "a rule knows a store through others": (
        "rules",
        {
            f"{SHARED}/facts/visits.py": "import pixeltrack.facts.fresh",
            f"{SHARED}/facts/fresh.py": "import pixeltrack.facts.postgres",
        },
    ),
    "a rule knows Postgres' driver": (
        "postgres",
        {f"{SHARED}/facts/fresh.py": "def f():\n    import psycopg.rows"},
    ),
    "a function knows Postgres' driver": (
        "postgres",
        {"functions/auth/fresh.py": "import psycopg"},
    ),
    "a rule knows MongoDB's driver": (
        "mongo",
        {f"{SHARED}/events/fresh.py": "from bson import Int64"},
    ),
    "a function knows MongoDB's driver": (
        "mongo",
        {"functions/aggregator/fresh.py": "from pymongo import MongoClient"},
    ),
    "a rule knows Kafka's driver": (
        "brokers",
        {f"{SHARED}/events/fresh.py": "import confluent_kafka"},
    ),
    "a function knows RabbitMQ's driver": (
        "brokers",
        {"functions/aggregator/fresh.py": "import pika"},
    ),
    "the local host knows the CDK": ("cloud", {"infra_cdk/local/fresh.py": "import aws_cdk"}),
    "the topology knows the CDK": (
        "cloud",
        {"infra_cdk/topology/fresh.py": "from aws_cdk import aws_ec2"},
    ),
    "the local host builds stacks": (
        "cloud",
        {"infra_cdk/local/fresh.py": "import infra_cdk.stacks"},
    ),
    "the topology knows the local host": (
        "stacks",
        {"infra_cdk/topology/fresh.py": "import infra_cdk.local.stack"},
    ),
    "a package of infra_cdk in no layer": ("stacks", {"infra_cdk/fresh/__init__.py": ""}),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the Python sources and their contracts."""
    root = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            target = root / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture
def written(copy: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Write a hole's files for the time of a test."""
    _, files = HOLES[request.param]
    for name, text in files.items():
        path = copy / name
        path.parent.mkdir(exist_ok=True)
        before = path.read_text() if path.exists() else ""
        path.unlink(missing_ok=True)
        path.write_text(f"{before}\n{text}\n")
    yield
    for name in files:
        path = copy / name
        path.unlink()
        if (ROOT / name).exists():
            path.symlink_to(ROOT / name)
        elif not any(path.parent.iterdir()):
            path.parent.rmdir()


def lint(copy: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "lint-imports"),
            *(f"--contract={contract}" for contract in contracts),
            *("--no-logo", "--cache-dir=cache"),
        ],
        cwd=copy,
        env={"PYTHONPATH": f"{copy / 'layers/shared/python'}:{copy}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_there_keeps_every_rule(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("written", "contract"),
    [(hole, contract) for hole, (contract, _) in HOLES.items()],
    indirect=["written"],
    ids=HOLES,
)
@pytest.mark.usefixtures("written")
def test_it_is_refused(copy: Path, contract: str) -> None:
    done = lint(copy, contract)
    assert done.returncode == 1, done.stdout
    assert "1 broken" in done.stdout
    assert any(word in done.stdout for word in ("fresh", "site_ports", "sites.ports"))
