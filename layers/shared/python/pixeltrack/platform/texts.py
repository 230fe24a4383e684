"""Which characters a text may contain: in a line that stores, mails and terminals accept, and in
a name that people are to recognise."""

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""They show nothing, but tell words apart."""

_REFUSED = {"Cc", "Cs"}
_HIDDEN = _REFUSED | {"Cf"}
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that show nothing."""


def is_line(text: str) -> bool:
    """Tell whether a text is free of control characters and halves of surrogate pairs."""
    return not any(unicodedata.category(c) in _REFUSED for c in text)


def visible(text: str) -> str:
    """Take control and format characters out: they show nothing, or turn what is shown around.

    Those that join letters stay.
    """
    if text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in _HIDDEN or c in JOINERS)


def is_name(text: str) -> bool:
    """Tell whether each character of a text beyond ASCII is seen."""
    return text.isprintable() and not _UNSEEN.search(text)


def is_seen(character: str) -> bool:
    """Tell whether a character shows something: no blank, no control or format character."""
    return unicodedata.category(character)[0] not in "CZ" and not _UNSEEN.match(character)
