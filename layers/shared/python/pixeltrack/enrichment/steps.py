"""The steps that make a raw event a stored one: each completes the draft or drops it.

A step is a pure rule over the draft and what the context can look up. Their order matters: what
may drop an event comes before what costs, and a ping is not described.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from pixeltrack.enrichment import devices, sources, visitors
from pixeltrack.enrichment.drafts import Draft, event_time
from pixeltrack.enrichment.ports import DeviceDetector, GeoLocator, Networks, Salts, SiteDay
from pixeltrack.enrichment.sources import Campaign
from pixeltrack.enrichment.visitors import Floods
from pixeltrack.events import urls
from pixeltrack.events.erasure import NO_BARRIERS, Barriers
from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.ports import EventStore, Tombstones, Unstorable
from pixeltrack.events.rejections import Dropped, Reason
from pixeltrack.events.stored import HOSTING, LINKS, BotReason, encode_event
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.sites.ports import SiteDirectory
from pixeltrack.sites.sites import HostingExclusion, Site, SiteStatus


@dataclass(slots=True)
class Context:
    """What the steps of one batch can look up.

    `site_of`, `salt_of` and `barriers` are read for the whole batch by the stages that need
    them: sites first, salts and tombstones once it is known whose they are.
    """

    sites: SiteDirectory
    salts: Salts
    tombstones: Tombstones
    geo: GeoLocator
    networks: Networks
    devices: DeviceDetector
    events: EventStore
    floods: Floods
    site_of: Mapping[TrackingId, Site] = field(default_factory=dict)
    salt_of: Mapping[SiteDay, bytes] = field(default_factory=dict)
    barriers: Barriers = NO_BARRIERS


Step = Callable[[Draft, Context], Draft | Dropped]


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps in order, and what is read before them for all drafts that come so far."""

    steps: tuple[Step, ...]
    read: Callable[[Sequence[Draft], Context], None] | None = None
    takes_pings: bool = True


def read_sites(drafts: Sequence[Draft], context: Context) -> None:
    """Read the sites of a batch, in one question."""
    context.site_of = context.sites.find({TrackingId(d.raw.event.site_id) for d in drafts})


def resolve_site(draft: Draft, context: Context) -> Draft | Dropped:
    """Find the site by its tracking id."""
    site = context.site_of.get(TrackingId(draft.raw.event.site_id))
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
    if visitors.is_excluded(draft.raw.ip, draft.site.excluded_ips):
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


def check_sender(draft: Draft, _context: Context) -> Draft | Dropped:
    """Drop what was sent from a page of a host that the site does not allow.

    A request need not name its page: programs and imports have none, and a browser says `null`
    for sandboxed pages and under a strict referrer policy. Then the event's URL alone decides.
    """
    allowed = draft.site.allowed_domains
    if allowed:
        for sender in (draft.raw.origin, draft.raw.referer):
            host = urls.sender(sender)
            if host is not None and not urls.is_within(host, allowed):
                return Dropped(Reason.WRONG_ORIGIN, host)
    return draft


def correct_clock(draft: Draft, _context: Context) -> Draft | Dropped:
    """Set the event time by the browser's clock and what it showed at sending."""
    record = draft.raw
    time = event_time(
        record.event.timestamp,
        record.sent_at,
        draft.event.received_at,
        is_imported=record.is_imported,
        stamped_at=record.received_at,
    )
    if time is None:
        return Dropped(Reason.TOO_OLD)
    draft.event.at = time.at
    draft.event.clock_fixed = time.is_fixed
    return draft


def check_flood(draft: Draft, context: Context) -> Draft | Dropped:
    """Drop what is too much of one address; of history any number is taken."""
    record, floods = draft.raw, context.floods
    entry = (draft.event.received_at, draft.partition, draft.event.offset)
    if record.is_imported or floods.admits(draft.site.id, record.ip, entry):
        return draft
    return Dropped(Reason.FLOOD, floods.limit)


def read_salts(drafts: Sequence[Draft], context: Context) -> None:
    """Read the salts of a batch's visitors without an id, in one question."""
    asked = {_site_day(draft) for draft in drafts if _own_id(draft) is None}
    context.salt_of = context.salts.salts(asked) if asked else {}


def identify_visitor(draft: Draft, context: Context) -> Draft:
    """Name the visitor: by the tracker's id where the site goes by it, else by the daily hash."""
    visitor = _own_id(draft)
    if visitor is None:
        record, salt = draft.raw, context.salt_of[_site_day(draft)]
        visitor = visitors.hashed_id(salt, draft.site.id, record.ip, record.user_agent)
    draft.event.visitor = visitor
    return draft


def _own_id(draft: Draft) -> str | None:
    """Return the id that a visitor has already.

    Who brings history in has named its visitors, since the daily salts of then are gone.
    """
    user_id = draft.raw.event.user_id
    return user_id if draft.raw.is_imported else visitors.stored_id(draft.site, user_id)


def _site_day(draft: Draft) -> SiteDay:
    day = visitors.local_day(draft.event.received_at, draft.site.timezone)
    return draft.site.id, day


def visitor_of(draft: Draft) -> bytes:
    """Return the key of the tombstone of an identified draft's visitor."""
    return visitor_key(draft.site.id, draft.event.visitor, imported=draft.event.imported)


def read_tombstones(drafts: Sequence[Draft], context: Context) -> None:
    """Read the tombstones of a batch's visitors and sites, anew each time."""
    keys = set(map(visitor_of, drafts)) | {site_key(s) for s in {d.site.id for d in drafts}}
    context.barriers = Barriers(context.tombstones.find(keys))


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
    found = sources.campaign_of(draft.page.query)
    for name, value in found._asdict().items():
        setattr(draft.event, _CAMPAIGN_FIELDS[name], value)
    if found.click_id:
        draft.event.url = urls.without(draft.page.url, sources.CLICK_IDS)
    return draft


_CAMPAIGN_FIELDS = {
    name: name if name == "click_id" else f"utm_{name}" for name in Campaign._fields
}


def name_source(draft: Draft, _context: Context) -> Draft:
    """Name the source and its channel by referrer and campaign; a direct visit has neither."""
    event = draft.event
    campaign = Campaign(*(getattr(event, name) for name in _CAMPAIGN_FIELDS.values()))
    event.source, event.channel = sources.source(event.referrer_host, campaign)
    return draft


def describe_device(draft: Draft, context: Context) -> Draft:
    """Note browser, system and kind of device, and why the agent counts as a bot."""
    event, agent = draft.event, draft.raw.user_agent
    said = context.devices.detect(agent)
    device = devices.touched(said, agent, draft.raw.event.touch_points)
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


def describe_network(draft: Draft, context: Context) -> Draft:
    """Note an address of a hosting provider, and count its event as a bot's where the site says so.

    Trackers tell screen and language. A desktop browser that tells neither is a program with a
    browser's name, where it runs on a server; phones' and televisions' browsers may have come
    through a provider that makes pages smaller.
    """
    event = draft.event
    if not context.networks.is_hosting(draft.raw.ip):
        return draft
    event.network = HOSTING
    if event.bot is None and _is_excluded(draft):
        event.bot = BotReason.HOSTING
    return draft


def _is_excluded(draft: Draft) -> bool:
    match draft.site.exclude_hosting:
        case HostingExclusion.ALL:
            return True
        case HostingExclusion.NONE:
            return False
        case HostingExclusion.SUSPICIOUS:
            event = draft.event
            return event.device == "desktop" and not event.screen and not event.language


def encode_payload(draft: Draft, _context: Context) -> Draft:
    """Keep the payload as JSON text, so that no key of it is MongoDB's business.

    The address of a link is kept in one spelling, as that of a page is.
    """
    payload = draft.raw.event.payload
    if payload:
        url = payload.get("url")
        if isinstance(url, str) and draft.event.type in LINKS:
            payload = payload | {"url": urls.spelled(url)}
        draft.event.payload = msgspec.json.encode(payload).decode()
    return draft


def encode(draft: Draft, context: Context) -> Draft | Dropped:
    """Encode the event, once each, for the store and for the message."""
    try:
        draft.document = context.events.encode(draft.event)
    except Unstorable as fault:
        return Dropped(Reason.UNSTORABLE, str(fault))
    draft.json = encode_event(draft.event)
    return draft


STAGES = (
    Stage(
        read=read_sites,
        steps=(
            resolve_site,
            check_site,
            check_address,
            normalise_url,
            check_domain,
            check_sender,
            correct_clock,
            check_flood,
        ),
    ),
    Stage(read=read_salts, steps=(identify_visitor,)),
    Stage(read=read_tombstones, steps=(check_erased,)),
    Stage(
        takes_pings=False,
        steps=(
            describe_page,
            describe_source,
            describe_campaign,
            name_source,
            describe_device,
            describe_place,
            describe_network,
            encode_payload,
        ),
    ),
    Stage(steps=(encode,)),
)
"""All that happens to an event, in this order."""
