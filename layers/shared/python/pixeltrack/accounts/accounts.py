"""An account, the languages it may use, and which mail addresses it may have."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pixeltrack.platform.identifiers import AccountId

MOST_EMAIL = 254
_SHAPE = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]{2,}"
)


class Language(StrEnum):
    """A language of the dashboard and of mails."""

    ENGLISH = "en"
    RUSSIAN = "ru"


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; `confirmed_at` is when the mail address was shown to be the person's."""

    id: AccountId
    email: str
    name: str | None
    language: Language
    created_at: datetime
    confirmed_at: datetime | None = None


def normalised_email(text: str) -> str | None:
    """Return the address as it is stored, without surrounding blanks; None where it is refused.

    An accepted address can be sent to, and cannot break a mail's header.
    """
    email = unicodedata.normalize("NFC", text.strip())
    if len(email) > MOST_EMAIL or not _SHAPE.fullmatch(email) or ".." in email:
        return None
    return email if all(unicodedata.category(c)[0] != "C" for c in email) else None
