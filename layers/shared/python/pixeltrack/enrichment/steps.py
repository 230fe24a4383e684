"""The steps that make a raw event a stored one: each completes the draft or drops it.

A step is a pure rule over the draft and what the context can look up. Their order matters: what
may drop an event comes before what costs, and a ping goes no further than its visitor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from pixeltrack.enrichment import addresses, campaigns, clock, sources, visitors
from pixeltrack.enrichment.campaigns import Campaign
from pixeltrack.enrichment.drafts import Draft
from pixeltrack.enrichment.ports import DeviceDetector, GeoLocator, Salts
from pixeltrack.events import urls
from pixeltrack.events.barriers import NO_BARRIERS, Barriers
from pixeltrack.events.drops import Dropped, Reason
from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.stored import PING
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.sites.sites import Site, SiteStatus


@dataclass(frozen=True, slots=True)
class Context:
    """What the steps of one batch can look up: its sites are read already.

    `barriers` hold the tombstones of its visitors and sites, read once visitors are known.
    """

    sites: Mapping[TrackingId, Site]
    salts: Salts
    geo: GeoLocator
    devices: DeviceDetector
    barriers: Barriers = NO_BARRIERS


Step = Callable[[Draft, Context], Draft | Dropped]


def resolve_site(draft: Draft, context: Context) -> Draft | Dropped:
    """Find the site by its tracking id."""
    site = context.sites.get(TrackingId(draft.raw.event.site_id))
    if site is None:
        return Dropped(Reason.UNKNOWN_SITE)
    draft.site = site
    return draft


def check_site(draft: Draft, _context: Context) -> Draft | Dropped:
    """Drop what a paused site sends."""
    if draft.site.status is SiteStatus.PAUSED:
        return Dropped(Reason.SITE_PAUSED)
    return draft


def check_address(draft: Draft, _context: Context) -> Draft | Dropped:
    """Drop what comes from an address that the site leaves out."""
    if addresses.is_excluded(draft.raw.ip, draft.site.excluded_ips):
        return Dropped(Reason.EXCLUDED_ADDRESS)
    return draft


def normalise_url(draft: Draft, _context: Context) -> Draft | Dropped:
    """Resolve the page's address against the site's own and keep its one spelling."""
    page = urls.page(draft.raw.event.url, draft.site.url)
    if page is None:
        return Dropped(Reason.BAD_URL)
    draft.page = page
    return draft


def check_domain(draft: Draft, _context: Context) -> Draft | Dropped:
    """Drop what comes from a host that the site does not allow; subdomains are."""
    allowed = draft.site.allowed_domains
    if allowed and not urls.is_within(draft.page.host, allowed):
        return Dropped(Reason.WRONG_DOMAIN, draft.page.host)
    return draft


def correct_clock(draft: Draft, _context: Context) -> Draft | Dropped:
    """Set the event time by the browser's clock and what it showed at sending."""
    record = draft.raw
    time = clock.event_time(
        record.event.timestamp,
        record.sent_at,
        record.received_at,
        is_imported=record.is_imported,
    )
    if time is None:
        return Dropped(Reason.TOO_OLD)
    draft.event.at = time.at
    draft.event.clock_fixed = time.is_fixed
    return draft


def identify_visitor(draft: Draft, context: Context) -> Draft:
    """Name the visitor: by the tracker's id where the site goes by it, else by the daily hash.

    Who brings history in has named its visitors, since the daily salts of then are gone.
    """
    record, site = draft.raw, draft.site
    if record.is_imported:
        visitor = record.event.user_id
    else:
        visitor = visitors.stored_id(site, record.event.user_id)
    if visitor is None:
        day = visitors.local_day(record.received_at, site.timezone)
        salt = context.salts.salt(site.id, day)
        visitor = visitors.hashed_id(salt, site.id, record.ip, record.user_agent)
    draft.event.visitor = visitor
    return draft


def visitor_of(draft: Draft) -> bytes:
    """Return the key by which the visitor of an identified draft is buried."""
    return visitor_key(draft.site.id, draft.event.visitor, imported=draft.event.imported)


def check_erased(draft: Draft, context: Context) -> Draft | Dropped:
    """Drop what an erased visitor did or had sent until then, and all of an erased site."""
    barriers, event = context.barriers, draft.event
    if not barriers.tombstones:
        return draft
    site, visitor = site_key(draft.site.id), visitor_of(draft)
    if barriers.erases(site, visitor, event.at, event.received_at):
        return Dropped(Reason.ERASED)
    return draft


def describe_page(draft: Draft, _context: Context) -> Draft:
    """Note the page and what the browser said of itself."""
    event, wire, page = draft.event, draft.raw.event, draft.page
    event.url, event.host, event.path = page.url, page.host, page.path
    event.title = wire.title or None
    event.screen = wire.screen or None
    event.language = wire.language or None
    event.timezone = wire.timezone or None
    return draft


def describe_source(draft: Draft, _context: Context) -> Draft:
    """Note where the visitor came from; the site's own pages are no source."""
    text = draft.raw.event.referrer
    found = urls.referrer(text) if text else None
    if found is None or found.host == draft.page.host:
        return draft
    if not urls.is_own(found.host, draft.site.url, draft.site.allowed_domains):
        draft.event.referrer, draft.event.referrer_host = found.url, found.host
    return draft


def describe_campaign(draft: Draft, _context: Context) -> Draft:
    """Note campaign parameters; of a click id the name alone, its value leaves the address."""
    found = campaigns.campaign(draft.page.query)
    if found is campaigns.NONE:
        return draft
    event = draft.event
    event.utm_source, event.utm_medium, event.utm_campaign = (
        found.source,
        found.medium,
        found.campaign,
    )
    event.utm_term, event.utm_content, event.click_id = found.term, found.content, found.click_id
    if found.click_id:
        event.url = urls.without(draft.page.url, campaigns.CLICK_IDS)
    return draft


def name_source(draft: Draft, _context: Context) -> Draft:
    """Name the source and its channel by referrer and campaign; a direct visit has neither."""
    event = draft.event
    found = sources.source(
        event.referrer_host,
        Campaign(
            event.utm_source,
            event.utm_medium,
            event.utm_campaign,
            event.utm_term,
            event.utm_content,
            event.click_id,
        ),
    )
    event.source, event.channel = found
    return draft


def describe_device(draft: Draft, context: Context) -> Draft:
    """Note browser, system and kind of device, and why the agent counts as a bot."""
    event, device = draft.event, context.devices.detect(draft.raw.user_agent)
    event.browser, event.browser_version = device.browser, device.browser_version
    event.os, event.os_version = device.os, device.os_version
    event.device, event.bot = device.kind, device.bot
    return draft


def describe_place(draft: Draft, context: Context) -> Draft:
    """Note the place; a trusted edge knows the country better than the database."""
    event, edge = draft.event, draft.raw.country
    place = context.geo.locate(draft.raw.ip)
    if edge and edge != place.country:
        event.country = edge
    else:
        event.country, event.region, event.city = place.country, place.region, place.city
    return draft


def encode_payload(draft: Draft, _context: Context) -> Draft:
    """Keep the payload as JSON text, so that no key of it is MongoDB's business."""
    payload = draft.raw.event.payload
    if payload:
        draft.event.payload = msgspec.json.encode(payload).decode()
    return draft


COUNTING: tuple[Step, ...] = (
    resolve_site,
    check_site,
    check_address,
    normalise_url,
    check_domain,
    correct_clock,
    identify_visitor,
)
"""What decides whether an event counts, when and for whom; after it tombstones can be read."""

REMEMBERING: tuple[Step, ...] = (check_erased,)
"""What decides whether an event may be kept, once its visitor is known."""

DESCRIBING: tuple[Step, ...] = (
    describe_page,
    describe_source,
    describe_campaign,
    name_source,
    describe_device,
    describe_place,
    encode_payload,
)
"""What else is kept of an event; a ping goes without."""


def steps_after(draft: Draft) -> tuple[Step, ...]:
    """Return the steps that an event takes, by its type, once it counts."""
    return REMEMBERING if draft.event.type == PING else REMEMBERING + DESCRIBING
