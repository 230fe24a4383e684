"""The handler of sites over fakes."""

import json
from typing import Any

from functions.sites.handler import build
from functions.sites.jobs import SiteJobs
from pixeltrack.events.identity import visitor_key
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.sites.configuration import Configuration, SiteGoals
from tests.fakes.gateway import Context, http_event
from tests.fakes.sites import FakeSiteBook
from tests.fakes.work import FakeGoals, FakeJobs, FakeTombstones

ME, YOU, GONE = AccountId("account-me"), AccountId("account-you"), AccountId("account-gone")
NEW = {"url": "https://example.com", "name": "My site"}


class Api:
    """The handler over fakes, called as an account."""

    def __init__(self) -> None:
        self.sites = FakeSiteBook(ME, YOU)
        self.ended: set[str] = set()
        configuration = Configuration(self.sites, "https://stats.example")
        self.tombstones = FakeTombstones()
        self.jobs = FakeJobs(self.sites, self.tombstones)
        goals = SiteGoals(self.sites, FakeGoals(self.sites))
        jobs = SiteJobs(self.sites, self.jobs)
        self._handler = build(
            lambda: configuration,
            lambda: goals,
            lambda: jobs,
            lambda _account, log_in: log_in not in self.ended,
        )

    def raw(
        self, route: str, path: str, body: Any = None, account: AccountId = ME, **event: Any
    ) -> dict[str, Any]:
        verdict = {"kind": "user", "account": account, "scopes": "*", "logIn": "log-in"}
        text = body if isinstance(body, str | None) else json.dumps(body)
        return self._handler(
            http_event(route, path=path, verdict=verdict, body=text, **event), Context()
        )

    def site(self, **fields: Any) -> dict[str, Any]:
        response = self.raw("POST /api/v1/sites", "/api/v1/sites", NEW | fields)
        assert response["statusCode"] == 201, response["body"]
        made: dict[str, Any] = json.loads(response["body"])
        assert response["headers"]["Location"] == f"/api/v1/sites/{made['id']}"
        return made

    def change(self, site: str, fields: Any, account: AccountId = ME) -> dict[str, Any]:
        return self.raw("PATCH /api/v1/sites/{id}", f"/api/v1/sites/{site}", fields, account)

    def show(self, site: str, account: AccountId = ME) -> dict[str, Any]:
        return self.raw("GET /api/v1/sites/{id}", f"/api/v1/sites/{site}", account=account)

    def erased(self, site: str, visitor: str) -> bool:
        """Tell whether a visitor, and the same id among imports, is to be erased."""
        keys = {visitor_key(SiteId(site), visitor, imported=i) for i in (False, True)}
        return keys <= self.tombstones.erased.keys()
