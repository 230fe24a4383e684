"""Mails, and the mailer that writes them as files, which the local mailbox shows."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.texts import is_line


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in plain text to one address. Raise `ValueError` where a header has several lines."""

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what would become another header."""
        if any(
            not is_line(text) or text.splitlines() != [text] for text in (self.to, self.subject)
        ):
            raise ValueError("a mail's address and subject are one line each")


class Mailer(Protocol):
    """Sends mails."""

    def send(self, mail: Mail) -> None:
        """Send a mail; it is accepted once this returns. Raise `Unavailable` where it is not."""

    def rehearse(self, mail: Mail) -> None:
        """Do the work of sending a mail, and send nothing. Raise as `send` does."""


class FolderMailer:
    """Writes each mail as a JSON file of its own, which appears complete."""

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._now = now

    def send(self, mail: Mail) -> None:
        """Write the mail, readable by this user only. Raise `Unavailable` where that fails."""
        self._write(mail, lambda draft: draft.rename(draft.with_suffix(".json")))

    def rehearse(self, mail: Mail) -> None:
        """Write the mail and delete it. Raise `Unavailable` where that fails."""
        self._write(mail, Path.unlink)

    def _write(self, mail: Mail, finish: Callable[[Path], object]) -> None:
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
            finish(draft)
        except OSError as error:
            raise Unavailable("the mail could not be written") from error
