"""Which mail addresses are accepted: one can be sent to, and none can break a mail header."""

import re
import unicodedata

MOST_CHARACTERS = 254
_SHAPE = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]{2,}"
)


def normalised_email(text: str) -> str | None:
    """Return the address as it is stored, without blanks around it; None where it is refused."""
    email = unicodedata.normalize("NFC", text.strip())
    if len(email) > MOST_CHARACTERS or not _SHAPE.fullmatch(email) or ".." in email:
        return None
    return email if all(unicodedata.category(c)[0] != "C" for c in email) else None
