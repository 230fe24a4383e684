"""How much fits into one answer: pages are cut by the bytes that leave, and never within a row.

Lambda answers with JSON in which the body is one string. What is JSON or CSV already is escaped
once more there, so that a quotation mark of an event may leave as four bytes.
"""

from collections.abc import Iterable

import msgspec

MOST_BYTES = 5_000_000
"""Of the rows of a page as they leave: Lambda takes 6 MiB with everything around them.

The largest row has far less: an event is at most `events.gate.MOST_BYTES` of JSON.
"""

_encode = msgspec.json.Encoder().encode


def size(text: str) -> int:
    """Return how many bytes a text takes in an answer."""
    return len(_encode(text)) - 2  # without the quotation marks around it


def fitting(texts: Iterable[str]) -> list[str]:
    """Return the texts that fit into one page, from the first on; at least one, where there is."""
    taken: list[str] = []
    room = MOST_BYTES
    for text in texts:
        room -= size(text)
        if taken and room < 0:
            break
        taken.append(text)
    return taken
