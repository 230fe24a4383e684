"""What one client and what foreign pages send through the door, as the owner's data shows it."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pymongo
import pytest

from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY
from pixeltrack.platform import settings
from pixeltrack.platform.identifiers import tracking_id
from tests.api.conftest import Client, some_address

WITHIN_S = 60.0


@pytest.fixture
def add_site(host: Trial) -> Callable[..., str]:
    """Make sites of the demo account: `add_site(domains)` returns the tracking id."""

    def make(domains: list[str] | None = None) -> str:
        made = tracking_id(secrets.token_bytes(16))
        statement = (
            "with site as (insert into sites (tracking_id, url, name, allowed_domains)"
            " values (%s, 'https://example.com', 'Flooded', %s) returning id)"
            " insert into site_members (site_id, account_id, role)"
            " select site.id, account_id, role from site join site_members m on m.site_id = %s"
        )
        with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
            connection.execute(statement, [made, domains or [], host.demo.site_id])
        return made

    return make


@pytest.fixture
def outcomes(host: Trial) -> Callable[[str, int], Counter[str]]:
    """Wait until so many events of a site are decided; return how many were stored or dropped."""

    def read(site: str) -> Counter[str]:
        with pymongo.MongoClient[dict[str, Any]](host.environ["MONGODB_URI"]) as client:
            database = client[host.environ["MONGODB_DATABASE"]]
            found = Counter(r["reason"] for r in database["rejected"].find({"trackingId": site}))
            for bucket in database["events"].find({"trackingId": site}):
                found["stored"] += len(bucket["events"])
        return found

    def wait(site: str, events: int) -> Counter[str]:
        deadline = time.monotonic() + WITHIN_S
        while (found := read(site)).total() < events:
            assert time.monotonic() < deadline, found
            threading.Event().wait(0.1)
        return found

    return wait


def event(site: str, **fields: Any) -> dict[str, Any]:
    return {"siteId": site, "eventType": "pageview", "url": "https://example.com/"} | fields


def test_one_address_cannot_be_two_thousand_visitors(
    api: Client, add_site: Callable[..., str], outcomes: Callable[[str, int], Counter[str]]
) -> None:
    site, attacker, other = add_site(), some_address(), some_address()
    for _ in range(40):
        events = [event(site, userId=secrets.token_hex(8)) for _ in range(50)]
        headers = {"X-Forwarded-For": attacker}
        assert api.request("POST", "/track", json={"events": events}, headers=headers).is_success
    headers = {"X-Forwarded-For": other}
    assert api.request("POST", "/track", json=event(site), headers=headers).is_success
    found = outcomes(site, 2_001)
    limit = settings.load(settings.Enrichment, {}).events_a_minute
    processors = next(f.environments for f in TOPOLOGY.functions if f.name == "processor")
    assert found.keys() == {"stored", "flood"}
    assert limit < found["stored"] <= limit * processors + 1


def test_one_visitors_flood_is_cut_at_the_limit(
    api: Client, add_site: Callable[..., str], outcomes: Callable[[str, int], Counter[str]]
) -> None:
    """A visitor's events are in one partition, and so in one process."""
    site, limit = add_site(), settings.load(settings.Enrichment, {}).events_a_minute
    headers = {"X-Forwarded-For": some_address()}
    for _ in range(limit // 50 + 2):
        events = [event(site, userId="one") for _ in range(50)]
        assert api.request("POST", "/track", json={"events": events}, headers=headers).is_success
    assert outcomes(site, limit + 100) == {"stored": limit, "flood": 100}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "https://evil.example"}, "wrong_origin"),
        ({"Origin": "https://example.com.evil.example"}, "wrong_origin"),
        ({"Referer": "https://evil.example/page"}, "wrong_origin"),
        ({"Origin": "null", "Referer": "https://evil.example/"}, "wrong_origin"),
        ({"Origin": "https://shop.example.com", "Referer": "https://shop.example.com/a"}, "stored"),
        ({"Origin": "null"}, "stored"),
        ({}, "stored"),
    ],
)
def test_a_page_that_names_itself_must_be_allowed(
    api: Client,
    add_site: Callable[..., str],
    outcomes: Callable[[str, int], Counter[str]],
    headers: dict[str, str],
    expected: str,
) -> None:
    site = add_site(["example.com"])
    assert api.request("POST", "/track", json=event(site), headers=headers).status_code == 204
    pixel = api.request("GET", "/pixel.gif", params=event(site), headers=headers)
    assert pixel.status_code == 200
    assert outcomes(site, 2) == {expected: 2}
