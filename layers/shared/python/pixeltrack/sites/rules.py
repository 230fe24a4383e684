"""What a site's settings may be: each rule returns the normalised value to store, or None."""

import re
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from pixeltrack.events import urls
from pixeltrack.platform.hosts import ascii_host

MOST_URL = 2048
MOST_LISTED = 100
LEAST_NAME, MOST_NAME = 3, 200
LEAST_RETENTION_DAYS, MOST_RETENTION_DAYS = 1, 3660
LEAST_PACE_LIMIT, MOST_PACE_LIMIT = 10, 600

_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")  # browsers read a backslash as a slash
_LABEL = r"[a-z0-9_-]{1,63}"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|[0-9a-f:.]+")  # stranger names are slips here
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+\-/]{0,63}")
_NO_ZONES = {"Factory"}


def pace_limit(number: int) -> int | None:
    """Return a number of page views within 60 seconds; 0 stands for any number."""
    is_one = number == 0 or LEAST_PACE_LIMIT <= number <= MOST_PACE_LIMIT
    return number if is_one else None


def site_url(text: str) -> str | None:
    """Return an absolute http or https URL with a host, without fragment and credentials."""
    text = text.strip()
    if _NOT_IN_URLS.search(text):
        return None
    address = urls.page(text, "")
    if address is None:
        return None
    is_bare = address.path == "/" and not address.query and not text.partition("#")[0].endswith("/")
    url = address.url.removesuffix("/") if is_bare else address.url
    return url if len(url) <= MOST_URL else None


def timezone(text: str) -> str | None:
    """Return the name of an IANA time zone, as in `Europe/Moscow`."""
    if not _ZONE.fullmatch(text) or text in _NO_ZONES:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return None
    return text


def network(text: str) -> str | None:
    """Return an address or a network in CIDR form; bits beyond the prefix are cleared."""
    text = text.strip()
    if "%" in text:  # a zone index, which names an interface of one machine
        return None
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return None
    is_single = found.prefixlen == found.max_prefixlen
    return str(found.network_address if is_single else found)


def domain(text: str) -> str | None:
    """Return a host name in lower case and punycode, with or without a leading `*.`."""
    name = ascii_host(text.strip().removeprefix("*."))
    return name if name and _DOMAIN.fullmatch(name) else None
