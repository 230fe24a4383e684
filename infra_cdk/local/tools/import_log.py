"""Imports an access log's page views as history, at their own dates, for one site.

An event's id names the log by its content and the line in it: so the same log imported again, or
resumed after an interruption, yields the same events. Visitors are told apart by a keyed hash of
address and agent; the address itself goes no further than `raw_events`.
"""

import hashlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from infra_cdk.local.files import kept
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools import access_log, history
from infra_cdk.local.tools.access_log import Visit
from infra_cdk.local.tools.history import Tell
from pixeltrack.enrichment.visitors import local_day
from pixeltrack.events.wire import RawEvent, WireEvent
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.instants import iso
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.settings import LEAST_SECRET
from pixeltrack.sites.postgres import PostgresSiteDirectory
from pixeltrack.sites.sites import Identity, Site

UNREADABLE = "no combined log lines"
OTHER_METHOD = "not asked for with GET"
OTHER_STATUS = "answered with neither 200 nor 304"
NO_PAGE = "images, styles and other files, no pages"

_PAGE = re.compile(r"[^.]*|.*\.(?:aspx?|html?|jsp|php|shtml|xhtml)", re.IGNORECASE)
"""How the last part of a page's path is spelled; anything else is a file."""


KEY_FILE = "import.key"
STUCK_AFTER_S = 120.0


class NoSuchSite(LookupError):
    """No site has the tracking id that history is to be imported for."""


def run(stack: Stack, path: Path, tracking_id: str, tell: Tell) -> "Log":
    """Import a log into a running stack and return once reports show it.

    Raise `NoSuchSite`; `Unusable` where its key is; `Unavailable` where a server stays away,
    `TimeoutError` where the stack makes no progress: run again to resume.
    """
    log = opened(stack, path, tracking_id)
    history.send(history.raw_stream(stack.environ()), log.events(), tell)
    history.wait_until_counted(stack, tell, within_s=STUCK_AFTER_S)
    return log


def opened(stack: Stack, path: Path, tracking_id: str) -> "Log":
    """Return a log for a site of the stack; raises `NoSuchSite`."""
    database = Database(stack.environ()["DATABASE_URL"])
    site = (
        PostgresSiteDirectory(database).find([TrackingId(tracking_id)]).get(TrackingId(tracking_id))
    )
    database.close()
    if site is None:
        raise NoSuchSite(f"there is no site with the tracking id {tracking_id!r}")
    remedy = "put it back from a backup; without it, visitors of repeated imports count twice"
    key = kept(stack.data / KEY_FILE, secrets.token_urlsafe(48), remedy, _is_key)
    return Log(path, site, key.encode())


def _is_key(text: str) -> bool:
    return len(text) >= LEAST_SECRET


@dataclass(slots=True)
class Log:
    """One log for one site: `views` counts its page views, `left_out`, by reason, other lines.

    `key` is what visitors are hashed under, the same at every import of this installation.
    """

    path: Path
    site: Site
    key: bytes
    views: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def events(self) -> Iterator[RawEvent]:
        """Yield the page views of the log, in its order."""
        name = access_log.digest(self.path)
        for item in access_log.read(self.path):
            reason = UNREADABLE if isinstance(item, int) else _fault(item)
            if reason or isinstance(item, int):
                self.left_out[reason or UNREADABLE] += 1
            else:
                self.views += 1
                yield self._event(item, f"import:{name}:{item.line}")

    def _event(self, visit: Visit, event_id: str) -> RawEvent:
        at = visit.at_ms
        # A path may begin with two slashes, and is no other host's for that.
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.site.url))
        return RawEvent(
            v=1,
            received_at=time.time_ns() // 1_000_000,
            ip=visit.ip,
            user_agent=visit.agent,
            event=WireEvent(
                site_id=self.site.tracking_id,
                event_type="pageview",
                url=f"{origin}{visit.path}" if visit.path.startswith("/") else visit.path,
                id=event_id,
                referrer=visit.referrer,
                timestamp=iso(at),
                user_id=self._visitor(visit, at),
            ),
        )

    def _visitor(self, visit: Visit, at: int) -> str:
        """Return a visitor's name; where the site uses no cookies, it changes every day."""
        parts = [self.site.tracking_id, visit.ip, visit.agent]
        if self.site.identity is Identity.COOKIELESS:
            parts.append(local_day(at, self.site.timezone).isoformat())
        text = "\n".join(parts).encode(errors="replace")
        return hashlib.blake2b(text, key=self.key, digest_size=12).hexdigest()


def _fault(visit: Visit) -> str | None:
    """Return why a request is no page view."""
    try:
        _ = visit.at_ms
    except ValueError:
        return UNREADABLE
    if visit.method != "GET":
        return OTHER_METHOD
    if visit.status not in {200, 304}:
        return OTHER_STATUS
    name = visit.path.partition("?")[0].rpartition("/")[2]
    return None if _PAGE.fullmatch(name) else NO_PAGE
