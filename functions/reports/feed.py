"""The feed: the newest events of a caller's sites, never wider than the caller's memberships."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter
from msgspec import Meta
from pydantic import Field, create_model

from pixeltrack.accounts.keys import Scope
from pixeltrack.api.cursors import Cursor
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import BAD_PARAMETER, UNKNOWN_SITE
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, View
from pixeltrack.events import urls
from pixeltrack.events.ports import EventStore, FirstCopies, Position
from pixeltrack.events.stored import LINKS, StoredEvent
from pixeltrack.platform.hosts import shown_host
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.platform.instants import LAST_MS, iso
from pixeltrack.reports import pages
from pixeltrack.sites import access
from pixeltrack.sites.ports import Memberships

_Instant = Annotated[int, Meta(ge=0, le=LAST_MS)]
_Partition = Annotated[int, Meta(ge=0, lt=2**31)]
_Offset = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_CURSOR: Cursor[tuple[int, int, int, int, int, int]] = Cursor(
    tuple[_Instant, _Instant, _Partition, _Offset, _Instant, _Instant],
    parameter="before",
    fault="is not a cursor; take it from `next` of a page",
)
_HIDDEN = frozenset({"offset", "clock_fixed", "imported", "source", "channel"})
_NAMES = {"type": "event_type"}
_ADDRESSES = ("url", "path", "referrer")
_HOSTS = ("host", "referrer_host")
_KINDS: Mapping[str, Any] = {"at": str, "received_at": str, "payload": dict[str, Any] | None}
"""Fields that are shown otherwise than they are stored."""

_MORE: Mapping[str, Mapping[str, Any]] = {
    "type": {"examples": ["pageview"]},
    "at": {"json_schema_extra": INSTANT},
    "received_at": {"json_schema_extra": INSTANT},
    "country": {"examples": ["DE"]},
    "screen": {"examples": ["1440x900"]},
    "language": {"examples": ["en-GB"]},
}
"""What the document says of a field beside its description."""


def _fields() -> dict[str, tuple[Any, Any]]:
    """Return the fields of an event as the API shows them, from those that are stored."""
    hints = get_type_hints(StoredEvent, include_extras=True)
    fields = {
        _NAMES.get(name, name): _field(name, hint)
        for name, hint in hints.items()
        if name not in _HIDDEN
    }
    site = (str, Field(description="The site's id."))
    return {"id": fields.pop("id"), "site_id": site, **fields}


def _field(name: str, hint: Any) -> tuple[Any, Any]:
    """Describe a field as its declaration does."""
    kind, meta = get_args(hint)
    return _KINDS.get(name, kind), Field(description=meta.description, **_MORE.get(name, {}))


_Fields = create_model("_Fields", __base__=View, **_fields())  # type: ignore[call-overload]


class Event(_Fields):  # type: ignore[valid-type, misc] # its fields are those of StoredEvent
    """One event of a site; what is not known of it is null."""


class EventPage(View):
    """A page of the feed, newest first."""

    events: list[Event] = Field(
        description="The events; fewer than `limit` may come although `next` is set."
    )
    next: str | None = Field(
        description="Where to go on, to be given as `before`; null where nothing is older."
    )


@dataclass(frozen=True, slots=True)
class Feed:
    """Reads events of the sites that an account is a member of."""

    events: EventStore
    firsts: FirstCopies
    memberships: Memberships

    def page(
        self,
        account: AccountId,
        *,
        site: str | None,
        limit: int,
        before: str | None,
        event_type: str | None,
    ) -> EventPage:
        """Return a page, newest first. Raise `NotFound` for a site that is not the account's."""
        position = None if before is None else position_of(before)
        sites = access.visible(self.memberships, account, site)
        if not sites:
            return EventPage(events=[], next=None)
        while True:
            page = self.events.latest(
                sites, before=position, limit=limit, event_type=event_type, firsts=self.firsts
            )
            shown = [event_of(owner, event) for owner, event in page.events]
            fit = len(pages.fitting(event.model_dump_json(by_alias=True) for event in shown))
            if fit == len(shown):
                following = None if page.next is None else cursor_of(page.next)
                return EventPage(events=shown, next=following)
            limit = fit  # the store knows where a page of so many ends


def add(api: HttpApi, feed: Callable[[], Feed]) -> None:
    """Add the route of the feed to an API."""

    @api.route(
        "GET",
        "/api/v1/events",
        scope=Scope.EVENTS_READ,
        problems=BAD_PARAMETER | UNKNOWN_SITE,
        summary="Newest events",
        description="The events of the caller's sites, newest first, a page at a time.",
        tags=["events"],
    )
    def list_events(
        request: Request,
        site_id: Annotated[
            str | None,
            Parameter(alias="siteId", description="One site; all the caller's without it."),
        ] = None,
        limit: Annotated[int, Parameter(ge=1, le=100, description="Most events of the page.")] = 10,
        before: Annotated[
            str | None, Parameter(description="`next` of the page before this one.")
        ] = None,
        event_type: Annotated[
            str | None,
            Parameter(
                alias="eventType", min_length=1, max_length=64, description="Only this type."
            ),
        ] = None,
    ) -> EventPage:
        return feed().page(
            request.caller.account, site=site_id, limit=limit, before=before, event_type=event_type
        )


def event_of(site: SiteId, stored: StoredEvent) -> Event:
    """Show a stored event, its addresses as people read them."""
    known = msgspec.structs.asdict(stored)
    shown = {_NAMES.get(name, name): known[name] for name in known.keys() - _HIDDEN}
    addresses = {name: urls.shown(known[name]) for name in _ADDRESSES if known[name]}
    hosts = {name: shown_host(known[name]) for name in _HOSTS if known[name]}
    return Event(
        **shown
        | addresses
        | hosts
        | {
            "site_id": site,
            "at": iso(stored.at),
            "received_at": iso(stored.received_at),
            "payload": _payload(stored),
        }
    )


def _payload(stored: StoredEvent) -> dict[str, Any] | None:
    payload = _object(stored.payload)
    url = payload.get("url") if payload and stored.type in LINKS else None
    return payload | {"url": urls.shown(url)} if payload and isinstance(url, str) else payload


def _object(payload: str | None) -> dict[str, Any] | None:
    """Read a payload; one that is no JSON object, which nothing writes, shows as none."""
    if payload is None:
        return None
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except msgspec.DecodeError:
        return None


def cursor_of(p: Position) -> str:
    """Write a position as URL-safe text."""
    return _CURSOR.write((p.stored_at, p.received_at, p.partition, p.offset, p.start, p.merged))


def position_of(text: str) -> Position:
    """Read a position back. Raise `Refused` naming `before` where it is none."""
    return Position(*_CURSOR.read(text))
