"""Why an event is not counted: a drop is a value, its reason one of a closed list."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Every reason for which the processor stores an event in `rejected` instead of `events`."""

    MALFORMED = "malformed"
    """The record is not a raw event: not JSON, or of another shape."""
    UNKNOWN_SITE = "unknown_site"
    SITE_PAUSED = "site_paused"
    WRONG_DOMAIN = "wrong_domain"
    """The page's host is none of those the site allows."""
    EXCLUDED_ADDRESS = "excluded_address"
    BAD_URL = "bad_url"
    """The address cannot be resolved to an http(s) page of the site."""
    TOO_OLD = "too_old"
    """More than 48 hours before it was received."""
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
