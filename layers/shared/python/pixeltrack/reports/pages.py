"""How much fits into one response: pages are cut by bytes as sent, and never within a row.

Lambda returns JSON in which the body is one string. A body that is JSON or CSV itself is escaped
once more there, so that a quotation mark in an event may take four bytes.
"""

from collections.abc import Iterable

import msgspec

MOST_BYTES = 5_000_000
"""Limit for the rows of a page as sent: Lambda takes 6 MiB with everything around them.

The largest row has far less: an event is at most `events.wire.MOST_BYTES` of JSON.
"""

_encode = msgspec.json.Encoder().encode


def size(text: str) -> int:
    """Return how many bytes a text takes in a response."""
    return len(_encode(text)) - 2  # without the quotation marks around it


def fitting(texts: Iterable[str]) -> list[str]:
    """Return the texts that fit into one page, from the first on; at least one, if there is any."""
    taken: list[str] = []
    room = MOST_BYTES
    for text in texts:
        room -= size(text)
        if taken and room < 0:
            break
        taken.append(text)
    return taken
