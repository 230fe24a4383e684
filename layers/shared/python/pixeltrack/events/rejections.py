"""Why an event is not counted, and what is kept of it: its place, the reason, perhaps a sample.

A drop is a value, its reason one of a closed list. Of samples enough are kept to look into,
however many are sent.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

MOST_AN_HOUR = 100
"""Samples that one process keeps an hour for a reason and site."""

_HOUR_MS = 3_600_000


class Reason(StrEnum):
    """Every reason for which the processor stores an event in `rejected` instead of `events`."""

    MALFORMED = "malformed"
    """The record is not a raw event: not JSON, or of another shape."""
    UNKNOWN_SITE = "unknown_site"
    SITE_PAUSED = "site_paused"
    WRONG_DOMAIN = "wrong_domain"
    """The page's host is none of those the site allows."""
    WRONG_ORIGIN = "wrong_origin"
    """The page that sent it is on none of the hosts the site allows."""
    EXCLUDED_ADDRESS = "excluded_address"
    BAD_URL = "bad_url"
    """The address cannot be resolved to an http(s) page of the site."""
    TOO_OLD = "too_old"
    """More than 48 hours before it was received."""
    FLOOD = "flood"
    """More from one client address within a minute than the settings allow."""
    ERASED = "erased"
    """Its visitor or its site was erased after it happened, or after it was received."""
    UNSTORABLE = "unstorable"
    """MongoDB cannot hold it."""
    INTERNAL = "internal"
    """A step failed on it: a fault of ours, kept so that it can be looked into."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """The verdict of a step that an event goes no further, with a detail for the owner."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A dropped record: where it lay, why it was dropped, and a sample to look into.

    The sample is JSON text of the event alone, cut to 2 KiB, without address and agent.
    `tracking_id` is what the event said its site is, as far as that could be read, and `visitors`
    are the ids of whom it is about, by which an erasure finds it however it was cut.
    """

    partition: int
    offset: int
    received_at: int
    reason: Reason
    detail: str
    sample: str
    tracking_id: str = ""
    visitors: tuple[str, ...] = ()

    def bare(self) -> "Rejection":
        """Return it without anything that its sender wrote but the site."""
        return replace(self, detail="", sample="", visitors=())

    @property
    def id(self) -> str:
        """Return `partition:offset:received_at`, the same whenever the record comes again."""
        return f"{self.partition}:{self.offset}:{self.received_at}"


_UNBOUND = frozenset({Reason.MALFORMED, Reason.UNKNOWN_SITE})
"""Reasons for which an event's tracking id is its sender's to choose: all of them are one site."""


class Samples:
    """Counts the samples of the current hour by reason and site."""

    def __init__(self) -> None:
        self._hour = 0
        self._kept: Counter[tuple[Reason, str]] = Counter()

    def capped(self, rejections: Sequence[Rejection], now: int) -> list[Rejection]:
        """Return rejections, without sample where there are enough; `now` is in epoch ms."""
        if now // _HOUR_MS != self._hour:
            self._hour, self._kept = now // _HOUR_MS, Counter()
        return [self._capped(rejection) for rejection in rejections]

    def _capped(self, rejection: Rejection) -> Rejection:
        if not rejection.sample:
            return rejection
        is_unbound = rejection.reason in _UNBOUND
        key = (rejection.reason, "" if is_unbound else rejection.tracking_id)
        self._kept[key] += 1
        if self._kept[key] <= MOST_AN_HOUR:
            return rejection
        return replace(rejection, sample="", visitors=())
