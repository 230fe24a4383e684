"""Event time: the browser's clock, corrected by what it showed as it sent the batch."""

from dataclasses import dataclass

from pixeltrack.platform.instants import parse_ms

MOST_AHEAD_MS = 5 * 60 * 1000
MOST_BEHIND_MS = 48 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class EventTime:
    """An instant in epoch milliseconds; `is_fixed` where the browser's could not be believed."""

    at: int
    is_fixed: bool = False


def event_time(
    timestamp: str | None, sent_at: int | None, received_at: int, *, is_imported: bool = False
) -> EventTime | None:
    """Return when an event happened, or None where that is more than 48 h before its receipt.

    What is imported may be of any age since 1970.

    `at = timestamp + (received_at - sent_at)`; more than 5 minutes ahead of the receipt, or
    unreadable, it is the receipt itself.
    """
    if timestamp is None:
        return EventTime(received_at)
    try:
        at = parse_ms(timestamp)
    except ValueError:
        return EventTime(received_at, is_fixed=True)
    if sent_at is not None:
        at += received_at - sent_at
    if at > received_at + MOST_AHEAD_MS:
        return EventTime(received_at, is_fixed=True)
    oldest = 0 if is_imported else received_at - MOST_BEHIND_MS
    return None if at < oldest else EventTime(at)
