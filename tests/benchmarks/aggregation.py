"""How many hits a second are aggregated, from buckets in MongoDB to committed facts.

The events are generated traffic: thousands of visitors over a quarter, a few of each in a bucket's
order, so that nothing is easier than in service. Buckets are made by the processor's own steps.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from pymongo import MongoClient

from functions.aggregator import wiring as aggregator
from functions.processor import wiring as processor
from infra_cdk.local.tools.traffic.generating import Plan, events
from infra_cdk.local.tools.traffic.sites import make_sites
from infra_cdk.local.tools.traffic.truth import SiteTruth
from pixeltrack.enrichment.pipeline import Processor
from pixeltrack.events import wire
from pixeltrack.events.mongo.store import ensure_indexes
from pixeltrack.events.wire import RawEvent
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.platform import settings
from pixeltrack.platform.consumer import Record
from pixeltrack.platform.schema import migrate

PLAN = Plan(events=100_000, days=90, sites=3, seed=5, until=date(2026, 4, 10))
BATCH = 500
PARTITIONS = 4
NAME = "pixeltrack_aggregation_bench"


class NoStream:
    """A stream that nobody reads."""

    def publish(self, messages: object, *, within_ms: int | None = None) -> None:
        """Take messages."""


def measure(environ: Mapping[str, str], plan: Plan = PLAN) -> None:
    """Fill databases of their own with buckets, aggregate them, print the rates, drop them."""
    with databases(environ) as apart:
        fill(apart, plan)
        loaded = settings.load(settings.Mongo, apart), settings.load(settings.Postgres, apart)
        built = aggregator.build(*loaded)
        began, cpu = time.perf_counter(), time.process_time()
        merged = built.aggregation.catch_up(lambda: False)
        elapsed, used = time.perf_counter() - began, time.process_time() - cpu
        hits = merged.outcomes["hit"]
        print(
            f"aggregator: {hits:,} hits of {plan.events:,} events in {elapsed:.1f} s, "
            f"{hits / elapsed:,.0f} hits/s ({plan.events / elapsed:,.0f} events/s), "
            f"{used / elapsed:.2f} cores of its own",
            flush=True,
        )
        built.aggregation.sweep(lambda: False)
        began = time.perf_counter()
        rolled = roll_closed(built.facts, built.now_ms, lambda: False)
        elapsed = time.perf_counter() - began
        print(f"rollups: {rolled} days and months in {elapsed:.1f} s", flush=True)


def fill(environ: Mapping[str, str], plan: Plan) -> None:
    """Store the buckets that the processor makes of a plan's events."""
    made = make_sites(environ["DATABASE_URL"], plan.name, plan.sites)
    drawn = events(plan, [site.tracking_id for site in made], [SiteTruth() for _ in made])
    process = _processor(environ)
    offset = 0
    while batch := list(islice(drawn, BATCH)):
        process(_records(batch, offset), "bench")
        offset += len(batch)


def _records(batch: list[RawEvent], offset: int) -> list[Record]:
    """Write a batch as one of each partition in turn would come."""
    partition = offset // BATCH % PARTITIONS
    records = []
    for number, event in enumerate(batch):
        event.source = wire.IMPORT
        records.append(Record(partition, offset + number, event.received_at, wire.encode(event)))
    return records


def _processor(environ: Mapping[str, str]) -> Processor:
    groups = (settings.Kafka, settings.Mongo, settings.Postgres, settings.Enrichment)
    loaded: list[Any] = [settings.load(group, environ) for group in groups]
    return replace(processor.build(*loaded), stream=NoStream())


@contextmanager
def databases(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Lend an environment with a PostgreSQL and a MongoDB database of its own."""
    server = environ["DATABASE_URL"]
    name = sql.Identifier(NAME)
    drop = sql.SQL("drop database if exists {} with (force)").format(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("create database {}").format(name))
        url = urlsplit(server)._replace(path=f"/{NAME}").geturl()
        migrate(url)
        with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
            client.drop_database(NAME)
            ensure_indexes(client[NAME])
            _demo_account(url)
            yield {**environ, "DATABASE_URL": url, "MONGODB_DATABASE": NAME}
            client.drop_database(NAME)
        connection.execute(drop)


def _demo_account(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into accounts (email, name) values ('demo@pixeltrack.local', 'Demo')"
        )
