"""Which characters a line of text may hold: those that stores, mails and terminals take."""

import unicodedata

_REFUSED = {"Cc", "Cs"}


def is_line(text: str) -> bool:
    """Tell whether a text is free of control characters and of halves of surrogate pairs."""
    return not any(unicodedata.category(c) in _REFUSED for c in text)
