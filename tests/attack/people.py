"""Accounts with everything that an account can have, each thing made when it is first wanted."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg

from tests.attack.door import REFRESH, Door, until

SCOPES = ["events:read", "reports:read", "sites:read", "sites:write"]


class Own(StrEnum):
    """What belongs to an account, by whose id others may try to reach it."""

    ACCOUNT = "account"
    EMAIL = "email"
    SITE = "site"
    TRACKING_ID = "tracking id"
    GOAL = "goal"
    KEY = "key"
    KEY_PREFIX = "key prefix"
    JOB = "job"
    EVENT = "event"
    VISITOR = "visitor"
    FEED_PLACE = "place in a feed"


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in: the access token, the refresh cookie and the account's id."""

    token: str
    cookie: str
    account: str


@dataclass(slots=True)
class Person:
    """A registered account with a confirmed address, and what it owns."""

    door: Door
    mark: str = field(default_factory=lambda: secrets.token_hex(6))
    is_confirmed: bool = True
    _session: Session | None = None
    _owned: dict[str, str] = field(default_factory=dict)
    _secrets: dict[str, str] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """Return the account's address."""
        return f"{self.mark}@pixeltrack.test"

    @property
    def password(self) -> str:
        """Return the account's password."""
        return f"kettle-{self.mark[::-1]}-5"

    @property
    def session(self) -> Session:
        """Return the first log-in; the account is registered by then."""
        if self._session is None:
            body = {"email": self.email, "password": self.password, "name": f"Person {self.mark}"}
            self._session = opened(self.door.send("POST", "/auth/register", json=body), 201)
            if self.is_confirmed:
                token = self.door.mailed_token(self.email, "/confirm?token=")
                # The cookie says that who reads the mails is who registered.
                headers = {"Cookie": f"{REFRESH}={self._session.cookie}"}
                body = {"token": token}
                confirmed = self.door.send("POST", "/auth/confirm", json=body, headers=headers)
                assert confirmed.is_success, confirmed.text
        return self._session

    @property
    def bearer(self) -> dict[str, str]:
        """Return the header of the access token."""
        return {"Authorization": f"Bearer {self.session.token}"}

    @property
    def key(self) -> dict[str, str]:
        """Return the header of an API key with every scope."""
        self.own(Own.KEY)
        return {"Authorization": f"Bearer {self._secrets['key']}"}

    def log_in(self) -> Session:
        """Open another log-in."""
        assert self.session
        body = {"email": self.email, "password": self.password}
        return opened(self.door.send("POST", "/auth/login", json=body), 200)

    def own(self, kind: Own) -> str:
        """Return the id of what is owned."""
        if kind not in self._owned:
            _MAKERS[kind](self)
        return self._owned[kind]

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """Return what only this person knows by that name, made when it is first wanted."""
        if name not in self._secrets:
            self._secrets[name] = make()
        return self._secrets[name]

    def make(self, path: str, body: dict[str, Any] | None = None, status: int = 201) -> Any:
        """Make something by the API, and return it."""
        response = self.door.send("POST", path, json=body, headers=self.bearer)
        assert response.status_code == status, response.text
        return response.json()

    def get(self, path: str, **query: Any) -> Any:
        """Return what the API answers to the account."""
        response = self.door.send("GET", path, params=query, headers=self.bearer)
        assert response.status_code == 200, response.text
        return response.json()

    def marks(self) -> list[str]:
        """Return the texts by which anything of the account is recognised."""
        return [self.mark, *(i for kind, i in self._owned.items() if kind != Own.FEED_PLACE)]

    def _account(self) -> None:
        self._owned[Own.ACCOUNT] = self.session.account
        self._owned[Own.EMAIL] = self.email

    def _site(self) -> None:
        body = {"url": f"https://{self.mark}.example", "name": f"Site {self.mark}"}
        made = self.make("/api/v1/sites", body)
        self._owned |= {Own.SITE: made["id"], Own.TRACKING_ID: made["trackingId"]}

    def _goal(self) -> None:
        body = {"name": f"Goal {self.mark}", "kind": "page", "pattern": f"/{self.mark}/*"}
        made = self.make(f"/api/v1/sites/{self.own(Own.SITE)}/goals", body)
        self._owned[Own.GOAL] = made["id"]

    def _key(self) -> None:
        made = issue_key(self, f"Key {self.mark}")
        self._owned |= {Own.KEY: made["id"], Own.KEY_PREFIX: made["prefix"]}
        self._secrets["key"] = made["key"]

    def _job(self) -> None:
        path = f"/api/v1/sites/{self.own(Own.SITE)}/audits"
        self._owned[Own.JOB] = self.make(path, status=202)["id"]

    def _events(self) -> None:
        visitor = f"user_{self.mark}"
        base = {"siteId": self.own(Own.TRACKING_ID), "userId": visitor}
        page = {**base, "eventType": "pageview", "url": f"/{self.mark}/a", "title": self.mark}
        events = [page, {**base, "eventType": f"type-{self.mark}", "url": f"/{self.mark}/b"}]
        sent = self.door.send("POST", "/track", content=json.dumps({"events": events}))
        assert sent.status_code == 204, sent.text
        query = {"siteId": self.own(Own.SITE), "limit": 1}
        path = "/api/v1/events"
        shown = until(
            lambda: (found := self.get(path, **query))["next"] and found, "no event arrived"
        )
        self._owned[Own.EVENT] = shown["events"][0]["id"]
        self._owned[Own.VISITOR] = visitor
        self._owned[Own.FEED_PLACE] = shown["next"]


_MAKERS: dict[Own, Callable[[Person], None]] = {
    Own.ACCOUNT: Person._account,
    Own.EMAIL: Person._account,
    Own.SITE: Person._site,
    Own.TRACKING_ID: Person._site,
    Own.GOAL: Person._goal,
    Own.KEY: Person._key,
    Own.KEY_PREFIX: Person._key,
    Own.JOB: Person._job,
    Own.EVENT: Person._events,
    Own.VISITOR: Person._events,
    Own.FEED_PLACE: Person._events,
}


def opened(response: Any, status: int) -> Session:
    """Return the log-in that an answer opens."""
    assert response.status_code == status, response.text
    told = response.json()
    return Session(told["token"], response.cookies[REFRESH], told["user"]["id"])


def issue_key(person: Person, name: str, scopes: list[str] | None = None) -> dict[str, Any]:
    """Make an API key; the only place that knows how."""
    body = {"name": name, "scopes": scopes or SCOPES, "currentPassword": person.password}
    issued: dict[str, Any] = person.make("/api/v1/keys", body)
    return issued


def join(site: str, person: Person) -> None:
    """Make an account a viewer of a site, which no call of the API does yet."""
    statement = "insert into site_members (site_id, account_id, role) values (%s, %s, 'viewer')"
    with psycopg.connect(person.door.environ["DATABASE_URL"]) as connection:
        connection.execute(statement, (site, person.session.account))
