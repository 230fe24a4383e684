"""Addresses of pages: which are taken, the one spelling in which each is kept, and how it is shown.

Kept is RFC 3986's normal form (section 6.2.2: case of hex digits, unreserved characters, dot
segments), hosts in the ASCII that browsers make of them; whatever no address may hold is escaped.
So `/%d1%82`, `/%D1%82` and `/т` are one page, `/a%2Fb` and `/a/b` are two. Unicode is not
normalised, as browsers do not. Shown is the same with letters in place of their escapes:
`spelled(shown(kept)) == kept`. A page that a translator or a cache shows from a host of its own is
the page itself.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

from pixeltrack.platform.hosts import (
    DEFAULT_PORTS,
    ascii_host,
    authority_of,
    host_of,
    in_letters,
    shown_host,
)
from pixeltrack.platform.texts import is_name, is_seen

MOST_CHARACTERS = 4096
"""Longest address as it is shown: the gate's 2,048, resolved against a site's own."""

MOST_REMEMBERED = 1024
"""Addresses whose spelling is remembered: most events are of few pages."""

_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_AS_KEPT = re.compile(
    r"(?:[!#$&-;=?-\[\]_a-z|~]++|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BDF]))*+"
)
_TO_SPELL = re.compile(r"%([0-9A-Fa-f]{2})|[^!#$&-;=?-\[\]_a-z|~]")
_ESCAPE = re.compile(r"%[0-9A-F]{2}")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~|")
"""Unreserved characters, and one that no address may hold, but browsers send as it is."""
_LETTERS = re.compile(r"(?:%[89A-F][0-9A-F]|[^\x00-\x7f])+")
_PARTS = re.compile(r"([a-z][a-z0-9+.-]*://)?([^/?#:]*)")


@dataclass(frozen=True, slots=True)
class Address:
    """A normalised address; `host` without port, `path` without query and never empty."""

    url: str
    host: str
    path: str
    query: str


@lru_cache(MOST_REMEMBERED)
def page(text: str, base: str) -> Address | None:
    """Normalise a page's address, resolved against the site's own; None where it is none.

    http and https only; the default port, user information and fragment are dropped.
    """
    text = text.strip()
    try:
        return _address(urlsplit(text if _ABSOLUTE.match(text) else urljoin(base, text)))
    except ValueError:
        return None


@lru_cache(MOST_REMEMBERED)
def referrer(text: str) -> Address | None:
    """Normalise where a visitor came from; an app (`android-app://…`) is its host alone."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        if parts.scheme != "android-app":
            return _address(parts)
        app = ascii_host(parts.netloc)
    except ValueError:
        return None
    return Address(f"android-app://{app}", app, "/", "") if app else None


@lru_cache(maxsize=4096)
def sender(text: str) -> str | None:
    """Return the host of an `Origin` or `Referer`, None where it names none (empty or `null`).

    What cannot be read is an empty host, which lies within no domain.
    """
    text = text.strip()
    if text.lower() in {"", "null"}:
        return None
    try:
        name = ascii_host(host_of(urlsplit(text))) or ""
    except ValueError:
        return ""
    page = _behind(name, "/", "")
    return page.host if page else name


def is_within(name: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a host is one of these domains or lies below one."""
    return any(name == domain or name.endswith("." + domain) for domain in _hosts(domains))


def is_own(name: str, site_url: str, domains: tuple[str, ...]) -> bool:
    """Tell whether a host belongs to the site: its own, with or without `www.`, or an allowed."""
    return is_within(name, (_own(site_url), *domains))


def without(url: str, names: frozenset[str]) -> str:
    """Take the query parameters of these names out of a normalised address."""
    start, _, query = url.partition("?")
    kept = _kept(query, names)
    return f"{start}?{kept}" if kept else start


def spelled(text: str) -> str:
    """Return an address, with or without scheme, as it is kept, however it is written."""
    scheme, name, rest = _parts(text)
    return f"{scheme}{(name and ascii_host(name)) or escaped(name)}{escaped(rest)}"


def escaped(text: str) -> str:
    """Return a path as it is kept, but for dot segments.

    Escapes are spelled in one way, and whatever no address may hold is escaped, a lone `%` too.
    """
    return text if _AS_KEPT.fullmatch(text) else _TO_SPELL.sub(_escape, text)


def shown(text: str) -> str:
    """Return a path or an address that is kept as people read it.

    Escapes of letters become letters. Those of reserved characters stay, and so do those of blanks,
    of control and format characters, and of bytes that are no UTF-8.
    """
    if "xn--" in text:
        scheme, name, rest = _parts(text)
        text = f"{scheme}{shown_host(name)}{rest}"
    return _LETTERS.sub(_readable, text)


def in_lower_case(text: str) -> str:
    """Return an address with the hex digits of its escapes in lower case, as some sites write."""
    return _ESCAPE.sub(lambda found: found[0].lower(), text)


@lru_cache(maxsize=1024)
def _hosts(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Spell domains as an owner wrote them (`Example.com`, `*.example.com:80`) as hosts."""
    names = (ascii_host(domain.strip().removeprefix("*.").split(":")[0]) for domain in domains)
    return tuple(name for name in names if name)


@lru_cache(maxsize=1024)
def _own(site_url: str) -> str:
    address = page(site_url, "")
    return address.host.removeprefix("www.") if address else ""


def _address(parts: SplitResult) -> Address | None:
    scheme = parts.scheme
    place = _place(scheme, parts.netloc) if scheme in DEFAULT_PORTS else None
    if place is None:
        return None
    name, authority = place
    path, query = _resolved(parts.path) or "/", escaped(parts.query)
    if found := _behind(name, path, query):
        scheme, name, path, query = found.url, found.host, found.path, found.query
        authority = name
    url = f"{scheme}://{authority}{path}{'?' if query else ''}{query}"
    if len(url) > MOST_CHARACTERS and len(shown(url)) > MOST_CHARACTERS:
        return None
    return Address(url, name, path, query)


@lru_cache(maxsize=4096)
def _place(scheme: str, netloc: str) -> tuple[str, str] | None:
    """Return host and authority in their one spelling. Raise `ValueError` for an odd port."""
    parts = SplitResult(scheme, netloc, "", "", "")
    name = ascii_host(host_of(parts))
    return (name, authority_of(parts, name)) if name else None


def _parts(text: str) -> tuple[str, str, str]:
    """Take an address apart: its scheme with `://`, its host, and the rest."""
    found = _PARTS.match(text)
    scheme, name = (found[1] or "", found[2]) if found else ("", "")
    return scheme, name, text[len(scheme) + len(name) :]


def _escape(found: re.Match[str]) -> str:
    if found[1] is None:
        return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="surrogatepass"))
    character = chr(int(found[1], 16))
    return character if character in _PLAIN else found[0].upper()


def _resolved(path: str) -> str:
    """Spell a path, and take `.` and `..` out (RFC 3986, 5.2.4)."""
    path = escaped(path.replace("\\", "/"))  # as browsers read it
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _readable(found: re.Match[str]) -> str:
    text = _bytes(found[0]).decode(errors="surrogateescape")
    return text if is_name(text) else "".join(c if is_seen(c) else _again(c) for c in text)


def _bytes(text: str) -> bytes:
    if text.isascii():
        return bytes.fromhex(text.replace("%", ""))
    pieces = re.split(r"%([0-9A-F]{2})", text)
    return b"".join(
        bytes.fromhex(piece) if n % 2 else piece.encode(errors="surrogatepass")
        for n, piece in enumerate(pieces)
    )


def _again(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogateescape"))


def _kept(query: str, names: frozenset[str]) -> str:
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if pair.partition("=")[0].lower() not in names)


def _behind(name: str, path: str, query: str) -> Address | None:
    """Return the page that a translator or a cache shows at an address, None at any other.

    Its `url` is the scheme alone.
    """
    relay = _relay(name)
    if relay is None:
        return None
    label, place = relay
    found = place.fullmatch(path) if place else None
    host = ascii_host(found["host"] if found else label) or ""
    if "." not in host:
        return None
    scheme = "http" if "_x_tr_sch=http" in query.split("&") else "https"
    path = (found["rest"] or "/") if found else path
    return Address(scheme, host, path, _kept(query, _OF_RELAYS))


@lru_cache(maxsize=4096)
def _relay(name: str) -> tuple[str, re.Pattern[str] | None] | None:
    """Return the host that a relay's own host names, and how its paths name one."""
    for of_relay, place in _RELAYS:
        if found := of_relay.fullmatch(name):
            return _unfolded(found[1] or "") if found.re.groups else "", place
    return None


def _unfolded(label: str) -> str:
    """Read a host out of a label that has `-` for each dot and `--` for each hyphen.

    AMP caches do this to a name in Unicode, and put `0-` and `-0` around what may look like ASCII.
    """
    plain = re.sub(r"^0-(.*)-0$", r"\1", in_letters(label))
    return "-".join(part.replace("-", ".") for part in plain.split("--"))


_HOST, _REST = r"(?P<host>[^/]+\.[^/]+)", r"(?P<rest>/.*)?"
_FOLDED = r"(?:([^.]+)\.)?"
_RELAYS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = tuple(
    (re.compile(of_relay), re.compile(place, re.DOTALL) if place else None)
    for of_relay, place in (
        (rf"{_FOLDED}translate\.goog", None),
        (
            rf"{_FOLDED}(?:cdn\.ampproject\.org|bing-amp\.com|amp\.cloudflare\.com)",
            rf"/(?:c|v|wp)/(?:s/)?{_HOST}{_REST}",
        ),
        (
            rf"{_FOLDED}turbopages\.org",
            rf"/(?:proxy_u/[^/]+/https?/|turbo/)?(?:s/)?{_HOST}(?:/s(?=/|$))?{_REST}",
        ),
        (
            r"(?:www\.|m\.)?(?:google\.(?:com?\.)?[a-z]{2,3}|bing\.com)",
            rf"/amp/(?:s/)?{_HOST}{_REST}",
        ),
        (
            r"(?:www\.|m\.)?yandex\.(?:com?\.)?[a-z]{2,3}",
            rf"/turbo/(?:s/)?{_HOST}(?:/s(?=/|$))?{_REST}",
        ),
    )
)
"""Hosts of translators and caches, and the paths in which they name the page that they show."""

_OF_RELAYS = frozenset(
    {"amp_js_v", "amp_gsa", "usqp"}
    | {f"_x_tr_{name}" for name in ("enc", "hist", "hl", "pto", "sch", "sl", "tl")}
)
"""Parameters that they add to the query."""
