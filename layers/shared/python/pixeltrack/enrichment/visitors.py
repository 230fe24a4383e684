"""Who a visitor is: the tracker's stored id, or a hash that nobody can follow past the day."""

import hashlib
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from pixeltrack.platform.identifiers import SiteId
from pixeltrack.sites.sites import Identity, Site


def stored_id(site: Site, user_id: str | None) -> str | None:
    """Return the id that the tracker keeps, where the site goes by it and there is one."""
    return user_id if user_id and site.identity is Identity.STORAGE else None


def hashed_id(salt: bytes, site: SiteId, ip: str, user_agent: str) -> str:
    """Hash address and agent under the site's salt of the day (keyed BLAKE2b, 96 bits, hex)."""
    text = f"{site}\n{ip}\n{user_agent}".encode(errors="replace")
    return hashlib.blake2b(text, key=salt[:64], digest_size=12).hexdigest()


def local_day(at_ms: int, timezone: str) -> date:
    """Return the calendar day of an instant in an IANA zone; an unknown zone counts as UTC."""
    return datetime.fromtimestamp(at_ms / 1000, _zone(timezone)).date()


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
