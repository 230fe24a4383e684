"""Mails, and the mailer that writes them as files, which the local mailbox shows."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pixeltrack.platform.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in plain text to one address."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send a mail; it is accepted once this returns. Raise `Unavailable` where it is not."""


class FolderMailer:
    """Writes each mail as a JSON file of its own, which appears complete."""

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._now = now

    def send(self, mail: Mail) -> None:
        """Write the mail, readable by this user only. Raise `Unavailable` where that fails."""
        sent_at = self._now()
        name = f"{int(sent_at.timestamp() * 1e6):016}-{secrets.token_hex(4)}"
        content = {
            "id": name,
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "sentAt": sent_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        draft = self._folder / f"{name}.draft"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(content))
            draft.rename(self._folder / f"{name}.json")
        except OSError as error:
            raise Unavailable("the mail could not be written") from error
