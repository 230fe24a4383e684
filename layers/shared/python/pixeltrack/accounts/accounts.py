"""An account, and the languages it may use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pixeltrack.platform.identifiers import AccountId


class Language(StrEnum):
    """A language of the dashboard and of mails."""

    ENGLISH = "en"
    RUSSIAN = "ru"


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; `confirmed_at` is when its mail address was shown to be theirs."""

    id: AccountId
    email: str
    name: str | None
    language: Language
    created_at: datetime
    confirmed_at: datetime | None = None
