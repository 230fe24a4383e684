"""Which characters a line of text may contain: those that stores, mails and terminals accept."""

import unicodedata

_REFUSED = {"Cc", "Cs"}


def is_line(text: str) -> bool:
    """Tell whether a text is free of control characters and halves of surrogate pairs."""
    return not any(unicodedata.category(c) in _REFUSED for c in text)
