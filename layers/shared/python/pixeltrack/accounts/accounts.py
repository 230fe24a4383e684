"""An account, and the languages it may use."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pixeltrack.platform.errors import Forbidden
from pixeltrack.platform.identifiers import AccountId


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

    def require_confirmed(self) -> None:
        """Raise `Forbidden` where the mail address was not shown to be the person's."""
        if self.confirmed_at is None:
            raise Forbidden("This needs a confirmed mail address: follow the link in our mail.")
