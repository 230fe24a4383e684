"""The ports: what use cases ask of the world, each held by one contract class in the tests.

Every method may raise `Unavailable` when the server behind it is away; nothing is half done then
that repeating the call would not mend.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from pixeltrack.domain.events import Bucket, Device, Place, Rejection, StoredEvent
from pixeltrack.domain.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.domain.sites import MemberSite, Site, SiteChanges, SiteSettings


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka message to publish; headers are text, sent as UTF-8."""

    value: bytes
    key: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Stream(Protocol):
    """A topic to publish to."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message is acknowledged by all replicas, else raise."""


class SiteDirectory(Protocol):
    """Sites by their public tracking ids, for the pipeline."""

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        """Answer the sites that exist; an unknown id is simply absent."""


class Salts(Protocol):
    """The daily random salts of visitors who carry no id."""

    def salt(self, site: SiteId, day: date) -> bytes:
        """Answer the site's salt of that day, made on first use, the same for every caller."""


class GeoLocator(Protocol):
    """Places by address."""

    def locate(self, ip: str) -> Place:
        """Answer what is known of the address; an unknown or malformed one is nowhere."""


class DeviceDetector(Protocol):
    """Browser, system and kind of device, and whether it is a bot, by user agent."""

    def detect(self, user_agent: str) -> Device:
        """Answer what the agent says of itself; never raises."""


class EventStore(Protocol):
    """The buckets of collection `events`."""

    def fault(self, event: StoredEvent) -> str | None:
        """Answer why the store could not hold this event, or None where it can."""

    def add(self, buckets: Sequence[Bucket]) -> "Added":
        """Store buckets; one whose id is there already is a repeat and left as it is.

        A bucket that the store will never take is named in the answer, the others are in.
        """

    def latest(
        self,
        sites: Sequence[SiteId],
        *,
        before: "Position | None",
        limit: int,
        event_type: str | None = None,
    ) -> "Page":
        """Answer a page of events, newest first, each (site, id) once. See `Position`.

        Imports and what is left of erased events are not shown, nor pings unless asked for.
        """


class RejectionStore(Protocol):
    """The dropped events of collection `rejected`."""

    def add(self, rejections: Sequence[Rejection]) -> None:
        """Store rejections; one whose id is there already is a repeat and left as it is."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of buckets: how many were there already, and the ids of those refused."""

    repeats: int = 0
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where an event copy stands in the order of the feed; all instants in milliseconds.

    `start` is the newest `stored_at` of the feed's first page: the pages of one walk share it.
    """

    stored_at: int
    received_at: int
    partition: int
    offset: int
    start: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed; `next` is where to go on, or None where nothing is older.

    A page may hold fewer events than asked for while `next` is set: one call reads a bounded
    number of buckets.
    """

    events: Sequence[tuple[SiteId, StoredEvent]]
    next: Position | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key's owner and what it may do; the key itself is stored only as a hash."""

    id: str
    account: AccountId
    scopes: frozenset[str]


class ApiKeys(Protocol):
    """API keys by the hash of their text."""

    def find(self, key_hash: bytes) -> ApiKey | None:
        """Answer the live key with this hash; a revoked or unknown one is None."""


class Memberships(Protocol):
    """Who may see which site."""

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        """Answer the sites that the account is a member of, oldest first."""


class Sites(Protocol):
    """Sites with all their settings, never wider than the account's memberships.

    A site that does not exist, one the account is no member of, and an id that is none look alike.
    """

    def of(self, account: AccountId) -> Sequence[MemberSite]:
        """Answer the sites that the account is a member of, oldest first."""

    def find(self, account: AccountId, site: SiteId) -> MemberSite | None:
        """Answer one site, or None where the account is no member."""

    def add(
        self, account: AccountId, tracking_id: TrackingId, settings: SiteSettings
    ) -> MemberSite | None:
        """Make a site that the account owns; None where there is no such account.

        Repeated with the same tracking id it is the same site.
        """

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite | None:
        """Change some settings and answer the site; None where the account is not its owner.

        Another time zone makes a job, which cuts the site's days anew.
        """

    def remove(self, account: AccountId, site: SiteId) -> str | None:
        """Delete and bury a site; answer the id of the job that erases what is stored of it.

        None where the account is not its owner.
        """


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """An API key as its owner sees it in the list: not the key, only how it begins."""

    id: str
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime


class KeyRing(Protocol):
    """The live API keys of accounts."""

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        """Answer the account's live keys, oldest first."""

    def add(
        self, account: AccountId, *, name: str, prefix: str, key_hash: bytes, scopes: frozenset[str]
    ) -> KeyEntry | None:
        """Keep a new key; None where there is no such account. Repeated, it is the same key."""

    def revoke(self, account: AccountId, key: str) -> bool:
        """End a key at once; False where the account has no such live key."""
