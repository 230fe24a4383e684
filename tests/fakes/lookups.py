from collections.abc import Collection, Mapping

from pixeltrack.enrichment.ports import SiteDay
from pixeltrack.events.stored import BotReason, Device, Place
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.sites.sites import Site


class FakeSites:
    """Sites by tracking id; `asked` holds every question, `is_away` makes the store refuse."""

    def __init__(self, *sites: Site) -> None:
        self.sites = {site.tracking_id: site for site in sites}
        self.asked: list[set[TrackingId]] = []
        self.is_away = False

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        if self.is_away:
            raise StoreUnavailable("away")
        self.asked.append(set(tracking_ids))
        return {i: self.sites[i] for i in tracking_ids if i in self.sites}


class FakeSalts:
    """A salt made of site and day; `asked` holds every question."""

    def __init__(self) -> None:
        self.asked: list[set[SiteDay]] = []
        self.is_away = False

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        if self.is_away:
            raise StoreUnavailable("away")
        self.asked.append(set(asked))
        return {(site, day): f"{site} {day}".encode() for site, day in asked}


class FakeGeo:
    """Places by address, as given."""

    def __init__(self, **places: Place) -> None:
        self.places = places

    def locate(self, ip: str) -> Place:
        return self.places.get(ip, Place())


class FakeNetworks:
    """The addresses given are a hosting provider's."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    def is_hosting(self, ip: str) -> bool:
        return ip in self.addresses


class FakeDevices:
    """An agent that says `bot` is a bot, any other Chrome on a desktop."""

    def detect(self, user_agent: str) -> Device:
        if "bot" in user_agent:
            return Device(bot=BotReason.CRAWLER)
        return Device(browser="Chrome", browser_version="120", os="Linux", kind="desktop")
