"""What a line of text may hold: nothing that a store, a mail or a terminal stumbles over."""

import unicodedata

_REFUSED = {"Cc", "Cs"}


def is_line(text: str) -> bool:
    """Tell whether a text is free of control characters and of halves of surrogate pairs."""
    return not any(unicodedata.category(c) in _REFUSED for c in text)
