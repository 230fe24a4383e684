"""Mail addresses: which are taken, and the one canonical form by which each is known.

The canonical form is compatibility-normalised and case-folded (Unicode NFKC, default case
folding), its domain as browsers spell it (`platform.hosts`). It is made here and nowhere else: the
database stores and compares it, and never folds. Mails go to the address as its owner wrote it,
since the local part is case-sensitive by RFC 5321.
"""

import re
import unicodedata

from pixeltrack.platform.hosts import ascii_host
from pixeltrack.platform.texts import JOINERS, is_seen

MOST_EMAIL = 254
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}(?<=[a-z0-9]{{2}})")
_FULL_STOP = "\u3002"


def given_email(text: str) -> str | None:
    """Return an address as mails are sent to it, or None where it is refused.

    Blanks around it go, and wide or stylised characters become plain ones; case stays. So a mail
    reaches whoever owns the plain address by which the account is known.
    """
    email = unicodedata.normalize("NFKC", text.strip())
    return None if len(email) > MOST_EMAIL or _canonical(email) is None else email


def known_email(text: str) -> str | None:
    """Return a text as the address of an account, which earlier rules may have taken, or None."""
    email = unicodedata.normalize("NFC", text.strip())
    is_line = all(unicodedata.category(c)[0] != "C" for c in email)
    has_at = "@" in unicodedata.normalize("NFKC", email).strip("@")
    return email if has_at and is_line and len(email) <= MOST_EMAIL else None


def canonical_email(email: str) -> str:
    """Return the form by which an address is known; what would be refused is known as it is."""
    return _canonical(email.strip()) or email


def is_canonical(email: str) -> bool:
    """Tell whether a text is an address in its canonical form."""
    return _canonical(email) == email


def _canonical(text: str) -> str | None:
    local = _folded(text).rpartition("@")[0]
    name = unicodedata.normalize("NFKC", text).rpartition("@")[2].replace(_FULL_STOP, ".")
    if not all(c.isascii() or _is_letter(c) for c in local):
        return None
    if name.endswith(".") or "%" in name or not all(c.isascii() or _is_of_domain(c) for c in name):
        return None
    domain = ascii_host(name) or ""
    email = f"{local}@{domain}"
    if len(email) > MOST_EMAIL or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None
    return email


def _folded(text: str) -> str:
    """Fold until nothing changes. `ß` stays: `ss` is another's address, not another spelling."""
    while True:
        parts = text.replace("ẞ", "ß").split("ß")
        folded = unicodedata.normalize("NFKC", "ß".join(part.casefold() for part in parts))
        if folded == text:
            return text
        text = folded


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and is_seen(character)


def _is_of_domain(character: str) -> bool:
    is_emoji = unicodedata.category(character) == "So" and is_seen(character)
    return is_emoji or character in JOINERS or _is_letter(character)
