"""The feed as the API shows it: camelCase JSON, unknown values null, the owner never shown."""

from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from pixeltrack.events.stored import StoredEvent
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso

_INSTANT: JsonDict = {"format": "date-time", "examples": ["2026-11-22T10:00:00.000Z"]}


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Event(_Shape):
    """One event of a site; what is not known of it is null."""

    id: str = Field(description="The event's id, unique within its site.")
    site_id: str = Field(description="The site's id.")
    event_type: str = Field(
        description="`pageview`, `click`, `session_start` or a name of the site's own.",
        examples=["pageview"],
    )
    at: str = Field(description="When it happened, UTC.", json_schema_extra=_INSTANT)
    received_at: str = Field(description="When it arrived, UTC.", json_schema_extra=_INSTANT)
    url: str | None = Field(description="Address of the page.")
    host: str | None = Field(description="Host of the page.")
    path: str | None = Field(description="Path of the page.")
    title: str | None = Field(description="Title of the page.")
    referrer: str | None = Field(description="Address of the page before.")
    referrer_host: str | None = Field(description="Host of the page before.")
    visitor: str = Field(description="Id of the visitor.")
    country: str | None = Field(description="ISO 3166 country code.", examples=["DE"])
    region: str | None = Field(description="English name of the region.")
    city: str | None = Field(description="English name of the city.")
    browser: str | None = Field(description="Name of the browser.")
    browser_version: str | None = Field(description="Version of the browser.")
    os: str | None = Field(description="Name of the operating system.")
    os_version: str | None = Field(description="Version of the operating system.")
    device: str | None = Field(description="`desktop`, `mobile`, `tablet` or `tv`.")
    bot: str | None = Field(description="Why it counts as a bot's; null for a person's.")
    screen: str | None = Field(description="Width and height in pixels.", examples=["1440x900"])
    language: str | None = Field(description="Language of the browser.", examples=["en-GB"])
    timezone: str | None = Field(description="IANA time zone of the browser.")
    utm_source: str | None = Field(description="`utm_source` of the page's address.")
    utm_medium: str | None = Field(description="`utm_medium` of the page's address.")
    utm_campaign: str | None = Field(description="`utm_campaign` of the page's address.")
    utm_term: str | None = Field(description="`utm_term` of the page's address.")
    utm_content: str | None = Field(description="`utm_content` of the page's address.")
    click_id: str | None = Field(description="An advertiser's click id in the page's address.")
    payload: dict[str, Any] | None = Field(description="What the page sent with the event.")


class EventPage(_Shape):
    """A page of the feed, newest first."""

    events: list[Event] = Field(
        description="The events; fewer than `limit` may come although `next` is set."
    )
    next: str | None = Field(
        description="Where to go on, to be given as `before`; null where nothing is older."
    )


def event_of(site: SiteId, stored: StoredEvent) -> Event:
    """Show a stored event."""
    known = msgspec.structs.asdict(stored)
    shown = {name: known[name] for name in Event.model_fields if name in known}
    return Event(
        **shown
        | {
            "site_id": site,
            "event_type": stored.type,
            "at": iso(stored.at),
            "received_at": iso(stored.received_at),
            "payload": _object(stored.payload),
        }
    )


def _object(payload: str | None) -> dict[str, Any] | None:
    """Read a payload; one that is no JSON object, which nothing writes, shows as none."""
    if payload is None:
        return None
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except msgspec.DecodeError:
        return None
