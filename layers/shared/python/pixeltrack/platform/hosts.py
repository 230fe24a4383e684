"""Names of hosts: the one spelling in which each is kept and compared, and how people read it.

Names are spelled as browsers do (WHATWG URL, "domain to ASCII": UTS 46, non-transitional, without
its checks of hyphens, STD3 rules and lengths), so `straße.example` is `xn--strae-oqa.example` and
not `strasse.example`. An ASCII name needs no table, and none is loaded for it: the collector
starts without.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from pixeltrack.platform.texts import JOINERS, is_seen

DEFAULT_PORTS = {"http": 80, "https": 443}
_PREFIX = "xn--"
_MOST_WRITTEN = 512
"""Characters before mapping, which shortens few: Punycode takes time by their square."""
_NAME = re.compile(r"[^\x00-\x20#%/:<>?@\[\\\]^|\x7f-\U0010ffff]{1,253}\Z")
"""All but the forbidden domain code points of the WHATWG."""
_IPV6 = re.compile(r"[0-9a-f:.]{2,45}\Z")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_MIXED = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
_LIKE_LATIN = frozenset("асԁеһіјӏорԗԛѕԝхуъьҽпгѵѡαικνορτυχω-0123456789")
"""Cyrillic and Greek letters that look like Latin ones, and what any name may hold."""


def ascii_host(name: str) -> str | None:
    """Return a host's one spelling, lower-case ASCII without a trailing dot, or None."""
    return _plain(name.lower()) if name.isascii() and "%" not in name else _spelled(name)


def host_of(parts: SplitResult) -> str:
    """Return the host of an address as it is written; `hostname` folds its case unlike browsers."""
    authority = parts.netloc.rpartition("@")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


def origin(text: str) -> str | None:
    """Return an http or https address's origin as browsers send it, None of anything else.

    Raise `ValueError` where it cannot be read.
    """
    parts = urlsplit(text)
    name = ascii_host(host_of(parts)) if parts.scheme in DEFAULT_PORTS else None
    return name and f"{parts.scheme}://{authority_of(parts, name)}"


def authority_of(parts: SplitResult, name: str) -> str:
    """Return host and port, without the scheme's own. Raise `ValueError` for an odd port."""
    shown = f"[{name}]" if ":" in name else name
    has_port = parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]
    return f"{shown}:{parts.port}" if has_port else shown


def shown_host(name: str) -> str:
    """Return a host as people read it.

    A label is in letters where they lead back to it and are hardly taken for others: they are of
    one script, or of those that Chinese, Japanese and Korean names mix, and below an ASCII domain
    not all look like Latin ones.
    """
    if _PREFIX not in name:
        return name
    *_, domain = labels = name.split(".")
    among_latin = not domain.startswith(_PREFIX)
    return ".".join(_shown(label, among_latin=among_latin) for label in labels)


def in_letters(name: str) -> str:
    """Return a host in Unicode where that leads back to it, whatever it looks like."""
    return ".".join(map(_decoded, name.split(".")))


def _plain(name: str) -> str | None:
    name = name.removesuffix(".")
    if ":" in name:
        return name if name.count(":") > 1 and _IPV6.match(name) else None
    is_name = _NAME.match(name) and ".." not in name and not name.startswith(".")
    return name if is_name else None


@lru_cache(maxsize=4096)
def _spelled(name: str) -> str | None:
    from idna import uts46_remap  # noqa: PLC0415 - tables that few processes need

    if _ESCAPE.search(name):
        name = unquote_to_bytes(name).decode(errors="replace")  # which is in no host
    if len(name) > _MOST_WRITTEN:
        return None
    try:
        mapped = uts46_remap(name, std3_rules=False)
        return _plain(".".join(map(_encoded, mapped.split("."))))
    except ValueError:  # an `IDNAError` is one, too
        return None


def _encoded(label: str) -> str:
    if label.isascii():
        return label
    from idna import InvalidCodepointContext, valid_contextj  # noqa: PLC0415 - as above

    if not all(valid_contextj(label, at) for at, c in enumerate(label) if c in JOINERS):
        raise InvalidCodepointContext("a joiner that joins nothing")
    return _PREFIX + label.encode("punycode").decode()


@lru_cache(maxsize=4096)
def _shown(label: str, *, among_latin: bool) -> str:
    text = _decoded(label)
    scripts = {_script(c) for c in text if c.isalpha()}
    is_mixed = len(scripts) > 1 and not any(scripts <= mixed for mixed in _MIXED)
    is_disguise = among_latin and set(text) <= _LIKE_LATIN
    return label if is_mixed or is_disguise else text


@lru_cache(maxsize=4096)
def _decoded(label: str) -> str:
    if not label.startswith(_PREFIX):
        return label
    try:
        text = label.removeprefix(_PREFIX).encode().decode("punycode")
    except (ValueError, OverflowError):
        return label
    is_readable = not text.isascii() and all(map(_is_readable, text))
    return text if is_readable and _spelled(text) == label else label


def _script(letter: str) -> str:
    """Return what the name of a letter begins with: its script, as far as names tell."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_readable(character: str) -> bool:
    """Tell whether it is a letter, mark, digit, symbol such as an emoji, or a hyphen."""
    kind = unicodedata.category(character)
    return character == "-" or ((kind[0] in "LMN" or kind == "So") and is_seen(character))
