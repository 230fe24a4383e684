"""What comes from hosting providers' addresses, as the owner of a site sees it."""

import secrets
import threading
import time
from typing import Any

import psycopg
import pytest

from infra_cdk.local.trial import Trial
from tests.api.conftest import Client, Person

WITHIN_S = 60.0
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)
TOLD = {"screen": "1440x900", "language": "en"}
SENT: list[tuple[str, str, dict[str, str]]] = [
    ("3.5.140.2", CHROME, {}),
    ("2a01:4f8::1", CHROME, {}),
    ("3.5.140.2", CHROME, TOLD),
    ("3.5.140.2", PHONE, {}),
    ("104.28.0.1", CHROME, {}),  # people hide behind Cloudflare
    ("93.184.216.34", CHROME, {}),
    ("3.5.140.2", "curl/8.5.0", {}),
]
NETWORKS = ["hosting"] * 4 + [None] * 2 + ["hosting"]


def told(
    api: Client, host: Trial, person: Person, excluded: str | None
) -> list[tuple[str | None, str | None]]:
    """Send all of `SENT` to a site, and return the network and bot of each, as the feed shows."""
    new = {"url": "https://example.com", "name": f"Networks {secrets.token_hex(4)}"}
    if excluded:
        new["excludeHosting"] = excluded
    site = api.request("POST", "/api/v1/sites", json=new, headers=person.bearer).json()
    names = [secrets.token_hex(8) for _ in SENT]
    for name, (ip, agent, fields) in zip(names, SENT, strict=True):
        event = {"siteId": site["trackingId"], "eventType": "pageview", "url": f"/{name}"}
        headers = {"X-Forwarded-For": ip, "User-Agent": agent}
        sent = api.request("POST", "/track", json=event | fields, headers=headers)
        assert sent.status_code == 204, sent.text
    asked = f"/api/v1/events?siteId={site['id']}&limit=100"
    deadline = time.monotonic() + WITHIN_S
    while True:
        events: list[dict[str, Any]] = api.request("GET", asked, headers=person.bearer).json()[
            "events"
        ]
        if len(events) == len(SENT):
            break
        assert time.monotonic() < deadline, events
        threading.Event().wait(0.1)
    by_path = {event["path"]: (event["network"], event["bot"]) for event in events}
    with psycopg.connect(host.environ["DATABASE_URL"]) as database:
        database.execute("delete from sites where id = %s", [site["id"]])
    return [by_path[f"/{name}"] for name in names]


@pytest.mark.parametrize(
    ("excluded", "bots"),
    [
        (None, ["hosting", "hosting", None, None, None, None, "library"]),
        ("all", ["hosting"] * 4 + [None, None, "library"]),
        ("none", [None] * 6 + ["library"]),
    ],
)
def test_a_site_decides_whether_servers_count(
    api: Client, host: Trial, person: Person, excluded: str | None, bots: list[str | None]
) -> None:
    assert told(api, host, person, excluded) == list(zip(NETWORKS, bots, strict=True))
