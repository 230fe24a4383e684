"""Addresses of pages: which are taken, and the one spelling in which each is kept."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_CHARACTERS = 4096
"""Longest address kept: the gate's 2,048, resolved against a site's own or spelled in punycode."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\Z")
_IPV6 = re.compile(r"[0-9a-f:.]{2,45}\Z")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Address:
    """A normalised address; `host` without port, `path` without query and never empty."""

    url: str
    host: str
    path: str
    query: str


def page(text: str, base: str) -> Address | None:
    """Normalise a page's address, resolved against the site's own; None where it is none.

    http and https only. Scheme and host come in lower case, an international name in punycode
    (RFC 3490), the default port, user information and fragment are dropped, blanks are
    percent-encoded; path and query stay as they are.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if _ABSOLUTE.match(text) else urljoin(base, text))
        return _address(parts)
    except ValueError:
        return None


def referrer(text: str) -> Address | None:
    """Normalise where a visitor came from; an app (`android-app://…`) is its host alone."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        if parts.scheme != "android-app":
            return _address(parts)
        app = host(parts.netloc)
    except ValueError:
        return None
    return Address(f"android-app://{app}", app, "/", "") if app else None


def host(name: str) -> str | None:
    """Return a host name's one spelling, lower-case ASCII without a trailing dot, or None."""
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    name = name.lower().removesuffix(".")
    if _NAME.match(name) and ".." not in name:
        return name
    return name if ":" in name and _IPV6.match(name) else None


@lru_cache(maxsize=4096)
def sender(text: str) -> str | None:
    """Return the host of an `Origin` or `Referer`, None where it names none (empty or `null`).

    What cannot be read is an empty host, which lies within no domain.
    """
    text = text.strip().lower()
    if text in {"", "null"}:
        return None
    try:
        return host(urlsplit(text).hostname or "") or ""
    except ValueError:
        return ""


def is_within(name: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a host is one of these domains or lies below one."""
    return any(name == domain or name.endswith("." + domain) for domain in _hosts(domains))


def is_own(name: str, site_url: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a host belongs to the site: its own, with or without `www.`, or an allowed."""
    return is_within(name, (_own(site_url), *domains))


def without(url: str, names: frozenset[str]) -> str:
    """Take the query parameters of these names out of a normalised address."""
    start, _, query = url.partition("?")
    kept = [pair for pair in query.split("&") if pair.partition("=")[0].lower() not in names]
    return f"{start}?{'&'.join(kept)}" if kept else start


@lru_cache(maxsize=1024)
def _hosts(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Spell domains as an owner wrote them (`Example.com`, `*.example.com:80`) as hosts."""
    names = (host(domain.strip().removeprefix("*.").split(":")[0]) for domain in domains)
    return tuple(name for name in names if name)


@lru_cache(maxsize=1024)
def _own(site_url: str) -> str:
    address = page(site_url, "")
    return address.host.removeprefix("www.") if address else ""


def _address(parts: SplitResult) -> Address | None:
    scheme = parts.scheme
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    name = host(parts.hostname)
    if name is None:
        return None
    port = parts.port
    authority = f"[{name}]" if ":" in name else name
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        authority = f"{authority}:{port}"
    path = _printable(parts.path) or "/"
    query = _printable(parts.query)
    url = f"{scheme}://{authority}{path}{'?' if query else ''}{query}"
    return Address(url, name, path, query) if len(url) <= MOST_CHARACTERS else None


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: f"%{ord(found[0]):02X}", text)
