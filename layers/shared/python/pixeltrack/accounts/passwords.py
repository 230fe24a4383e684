"""Which passwords an account may have."""

import re
import unicodedata
from functools import cache
from importlib import resources

from pixeltrack.platform.errors import FieldError, Refused

_WORDS = re.compile(r"[\W_]+")

LEAST_CHARACTERS = 9
MOST_CHARACTERS = 200
LEAST_DIFFERENT = 4
LEAST_PART = 3
"""Shorter parts of a mail address say nothing."""
LEAST_OTHER = 4
"""Characters of a password that must be no part of the mail address."""


def password_fault(password: str) -> str | None:
    """Return the rule that a password breaks, worded for its owner, or None."""
    seen = "".join(c for c in password if unicodedata.category(c)[0] not in "ZC")
    rules = (
        (not seen, "must not consist of blanks"),
        (
            len(seen) < LEAST_CHARACTERS,
            f"must be longer than {LEAST_CHARACTERS - 1} characters, blanks not counted",
        ),
        (
            len(password) > MOST_CHARACTERS,
            f"must not be longer than {MOST_CHARACTERS} characters",
        ),
        (
            len(set(seen.casefold())) < LEAST_DIFFERENT,
            f"must have at least {LEAST_DIFFERENT} different characters",
        ),
        (not any(c.isalpha() for c in seen), "must contain a letter"),
        (not any(c.isdigit() for c in seen), "must contain a digit"),
        (seen.lower() in _common(), "is one of the most common passwords"),
    )
    return next((fault for is_broken, fault in rules if is_broken), None)


def check_password(password: str, email: str) -> None:
    """Raise `Refused` where a new password is made of its owner's mail address.

    It is where it lies within the address, or where little is left of it without the address's
    parts. Case and everything but letters and digits are looked past.
    """
    local, _, domain = email.casefold().rpartition("@")
    plain = _plain(password)
    is_within = plain in _plain(email)
    for part in (email, local, domain, *_WORDS.split(local), *domain.split(".")):
        own = _plain(part)
        if len(own) >= LEAST_PART:
            plain = plain.replace(own, "")
    if is_within or len(plain) < LEAST_OTHER:
        raise Refused(400, FieldError("password", "must not be made of your mail address"))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


@cache
def _common() -> frozenset[str]:
    """Read those of the 30,000 most common passwords that no other rule refuses."""
    file = resources.files(__package__) / "common_passwords.txt"
    return frozenset(file.read_text().split())
