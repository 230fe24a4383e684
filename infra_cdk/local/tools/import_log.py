"""Imports access logs' page views as history, at their own dates, for one site.

An event's id names the log by its content and the line in it: so the same log imported again, or
resumed after an interruption, yields the same events. Visitors are told apart by a keyed hash of
address and agent; the address itself goes no further than `raw_events`.
"""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from infra_cdk.local.files import kept
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools import history
from infra_cdk.local.tools.access_log import Reader, Unread, Visit
from infra_cdk.local.tools.history import Tell
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.page_views import Rules
from pixeltrack.enrichment.visitors import local_day
from pixeltrack.events import wire
from pixeltrack.events.wire import RawEvent, WireEvent
from pixeltrack.platform.errors import Refused
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.instants import iso, wall_ms
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.settings import LEAST_SECRET
from pixeltrack.sites.postgres import PostgresSiteDirectory
from pixeltrack.sites.sites import Identity, Site, SiteStatus

KEY_FILE = "import.key"
STUCK_AFTER_S = 120.0
MOST_ADDRESS = wire.LIMITS["url"][1]

_TELL_EVERY = 20_000
_MOST_SHOWN = 160


class NoSuchSite(LookupError):
    """No site takes history under the tracking id that it is to be imported for."""


def run(
    stack: Stack,
    files: Sequence[LogFile],
    tracking_id: str,
    tell: Tell,
    *,
    excluded: re.Pattern[str] | None = None,
    is_dry: bool = False,
) -> "Import":
    """Import logs into a running stack and return once reports show them.

    A dry run reads and judges everything alike, and sends nothing. Raise `NoSuchSite`; `Unusable`
    where its key is; `Unavailable` where a server stays away, `TimeoutError` where the stack makes
    no progress: run again to resume.
    """
    site = site_of(stack, tracking_id)
    done = Import(files, site, b"" if is_dry else key_of(stack), excluded)
    if is_dry:
        for number, _ in enumerate(done.events(), 1):
            if number % _TELL_EVERY == 0:
                tell(f"read {number:,} page views")
        return done
    history.send(history.raw_stream(stack.environ()), done.events(), tell)
    history.wait_until_counted(stack, tell, within_s=STUCK_AFTER_S)
    return done


def site_of(stack: Stack, tracking_id: str) -> Site:
    """Return a site of the stack; raise `NoSuchSite` where there is none, or it is paused."""
    database = Database(stack.environ()["DATABASE_URL"])
    site = (
        PostgresSiteDirectory(database).find([TrackingId(tracking_id)]).get(TrackingId(tracking_id))
    )
    database.close()
    if site is None:
        raise NoSuchSite(f"there is no site with the tracking id {tracking_id!r}")
    if site.status is SiteStatus.PAUSED:
        raise NoSuchSite(f"the site {tracking_id} is paused and takes no events; resume it first")
    return site


def key_of(stack: Stack) -> bytes:
    """Return what the stack hashes visitors of imports under; raises `Unusable`."""
    remedy = "put it back from a backup; without it, visitors of repeated imports count twice"
    return kept(stack.data / KEY_FILE, secrets.token_urlsafe(48), remedy, _is_key).encode()


def _is_key(text: str) -> bool:
    return len(text) >= LEAST_SECRET


@dataclass(slots=True)
class Import:
    """Logs for one site, and what was found in them.

    `key` is what visitors are hashed under, the same at every import of this installation.
    `views` counts page views and `left_out` other lines, by reason; `examples` has a line for each
    reason, `formats` how many requests came in which, `first_ms` and `last_ms` span the views.
    `repeated` names logs that say the same as one before them, and count once.
    """

    files: Sequence[LogFile]
    site: Site
    key: bytes
    excluded: re.Pattern[str] | None = None
    views: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    formats: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None
    repeated: list[str] = field(default_factory=list)

    def events(self) -> Iterator[RawEvent]:
        """Yield the page views of the logs, in their order."""
        rules, read = Rules(self.site, self.excluded), set[str]()
        for file in self.files:
            name = file.digest()
            if name in read:
                self.repeated.append(file.name)
                continue
            read.add(name)
            reader = Reader()
            for number, line in enumerate(file.lines(), 1):
                found = self._judged(reader(line), rules)
                if isinstance(found, str):
                    self.left_out[found] += 1
                    if found not in self.examples:
                        self.examples[found] = f"{file.name}:{number}: {_shown(line)}"
                else:
                    found.event.id = f"import:{name}:{number}"
                    yield found

    def _judged(self, visit: Visit | Unread, rules: Rules) -> RawEvent | str:
        """Return the event of a view that will count, or why there is none."""
        if isinstance(visit, Unread):
            return visit
        self.formats[visit.format] += 1
        now = wall_ms()
        if fault := rules.fault(visit, now):
            return fault
        event = self._event(visit, rules.url(visit), now)
        try:
            wire.check(event.event)
        except Refused as refused:
            return "; ".join(f"{error.field} {error.message}" for error in refused.errors)
        if fault := rules.address_fault(event.event.url):
            return fault
        self.views += 1
        at = visit.at_ms
        self.first_ms = at if self.first_ms is None else min(self.first_ms, at)
        self.last_ms = at if self.last_ms is None else max(self.last_ms, at)
        return event

    def _event(self, visit: Visit, url: str, now: int) -> RawEvent:
        referrer = visit.referrer
        return RawEvent(
            v=1,
            received_at=now,
            ip=_without_nul(visit.ip),
            user_agent=_without_nul(visit.agent[: wire.AGENT_CUT]),
            event=WireEvent(
                site_id=self.site.tracking_id,
                event_type="pageview",
                url=_fitting(url),
                referrer=_fitting(referrer)[:MOST_ADDRESS] if referrer else None,
                timestamp=iso(visit.at_ms),
                user_id=self._visitor(visit),
            ),
        )

    def _visitor(self, visit: Visit) -> str:
        """Return a visitor's name; where the site uses no cookies, it changes every day."""
        parts = [self.site.tracking_id, visit.ip, visit.agent]
        if self.site.identity is Identity.COOKIELESS:
            parts.append(local_day(visit.at_ms, self.site.timezone).isoformat())
        text = "\n".join(parts).encode(errors="replace")
        return hashlib.blake2b(text, key=self.key, digest_size=12).hexdigest()


def _fitting(address: str) -> str:
    """Drop the query of an address that is too long, as the tracker does."""
    return address if len(address) <= MOST_ADDRESS else re.split("[?#]", address, maxsplit=1)[0]


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd")


def _shown(line: bytes) -> str:
    """Return the start of a line as text that a terminal takes for nothing else."""
    text = line[:_MOST_SHOWN].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)[:_MOST_SHOWN]
