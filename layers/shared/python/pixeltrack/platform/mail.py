"""Mails laid down as files, where the local mailbox shows them."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.ports import Mail


class FolderMailer:
    """Writes each mail as a JSON file of its own, complete as soon as it is there."""

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._now = now

    def send(self, mail: Mail) -> None:
        """Write the mail, for its user's eyes only; raises `Unavailable` where that fails."""
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
