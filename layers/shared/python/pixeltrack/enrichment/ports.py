"""What enrichment looks up: salts, places, devices."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from pixeltrack.events.stored import Device, Place
from pixeltrack.platform.identifiers import SiteId

SiteDay = tuple[SiteId, date]


class Salts(Protocol):
    """The daily random salts of visitors who carry no id."""

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        """Return the salts of sites and days, made on first use, the same for every caller."""


class GeoLocator(Protocol):
    """Places by address."""

    def locate(self, ip: str) -> Place:
        """Return what is known of the address; an unknown or malformed one is nowhere."""


class Networks(Protocol):
    """Whose network an address belongs to."""

    def is_hosting(self, ip: str) -> bool:
        """Tell whether it is a hosting provider's; an unknown or malformed one is not."""


class DeviceDetector(Protocol):
    """Browser, system and kind of device, and whether it is a bot, by user agent."""

    def detect(self, user_agent: str) -> Device:
        """Return what the agent says of itself; never raises."""
