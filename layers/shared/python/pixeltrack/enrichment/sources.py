"""Where a visitor came from: the campaign in a page's query, the source by name, its channel.

The order of the rules follows Google Analytics' default channel groups
(https://support.google.com/analytics/answer/9756891), so that links made for those read the same:
what the link says of itself counts before where it stood.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from pixeltrack.enrichment import source_names
from pixeltrack.platform.texts import visible

CLICK_IDS = frozenset(
    {
        "gclid", "gbraid", "wbraid", "dclid", "gad_source", "fbclid", "msclkid", "yclid",
        "ysclid", "ttclid", "twclid", "li_fat_id", "igshid", "epik", "rdt_cid", "sccid", "vkclid",
    }
)  # fmt: skip
"""Parameters by which advertisers number clicks: the name tells the network, the value a person."""

_MOST_FIELDS = 200
_MOST_CHARACTERS = 255
_MOST_REMEMBERED = 1024


class Channel(StrEnum):
    """Every way to a site but the direct one, which has none."""

    SEARCH = "search"
    SOCIAL = "social"
    VIDEO = "video"
    AI = "ai"
    MAIL = "mail"
    PAID = "paid"
    CAMPAIGN = "campaign"
    """The link carries campaign parameters that tell nothing of the above."""
    REFERRAL = "referral"


class Source(NamedTuple):
    """A source's name, where it is known, and its channel; a direct visit has neither."""

    name: str | None = None
    channel: Channel | None = None


DIRECT = Source()


class Campaign(NamedTuple):
    """The five `utm_` parameters, and the name (never the value) of a click id."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None
    click_id: str | None = None


NO_CAMPAIGN = Campaign()

_MAIL = frozenset({"email", "e-mail", "e_mail", "e mail", "mail", "newsletter"})
_SOCIAL = frozenset(
    {"social", "social-network", "social-media", "sm", "social network", "social media"}
)
_PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*|display|banner|expandable|interstitial")
_LIKE_ITSELF = re.compile(r"www\d*|m|[a-z]{2}")
_TOP_LEVELS = frozenset({"com", "net", "org"})
_SECOND_LEVELS = _TOP_LEVELS | {"co", "edu"}


@lru_cache(_MOST_REMEMBERED)
def campaign_of(query: str) -> Campaign:
    """Read a query string; the first value of a parameter counts, names in any case."""
    if "=" not in query:
        return NO_CAMPAIGN
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return NO_CAMPAIGN
    values: dict[str, str] = {}
    click_id = None
    for name, value in pairs:
        key = name.lower()
        if key.startswith("utm_") and (text := _kept(value)):
            values.setdefault(key, text)
        elif click_id is None and key in CLICK_IDS:
            click_id = key
    named = {name: values.get(f"utm_{name}") for name in Campaign._fields[:-1]}
    return Campaign(**named)._replace(click_id=click_id)


def _kept(value: str) -> str:
    """Cut a value, and take out what shows nothing; one with NUL is none."""
    return "" if "\0" in value else visible(value).strip()[:_MOST_CHARACTERS]


@lru_cache(_MOST_REMEMBERED)
def source(referrer_host: str | None, campaign: Campaign) -> Source:
    """Name where a visit came from; `referrer_host` is never the site's own.

    `utm_source` names it, else the referrer, else the network that a click id belongs to. Click
    ids that stand on advertisements alone, and media such as `cpc`, make it paid.
    """
    if campaign.source:
        found = _by_text(campaign.source)
    elif referrer_host:
        found = by_host(referrer_host)
    elif campaign.click_id:
        found = _BY_TEXT.get(_plain(source_names.NETWORKS.get(campaign.click_id, "")), DIRECT)
    else:
        found = DIRECT
    return Source(found.name, _channel_by_link(campaign) or found.channel or _last(campaign))


@lru_cache(maxsize=10_000)
def by_host(host: str) -> Source:
    """Name a referrer by its host; an unknown one is called by itself, without `www.`."""
    labels = host.split(".")
    for first in range(len(labels) - 1):
        for key in _keys(labels[first:]):
            found = _BY_HOST.get(key)
            if found and (first == 0 or _covers(found, labels[:first])):
                return found
    return Source(host.removeprefix("www."), Channel.REFERRAL)


def _channel_by_link(campaign: Campaign) -> Channel | None:
    """Read the channel off campaign parameters, where they tell it."""
    medium = (campaign.medium or "").lower()
    if campaign.click_id and campaign.click_id not in source_names.UNPAID_CLICK_IDS:
        return Channel.PAID
    if _PAID.fullmatch(medium):
        return Channel.PAID
    if medium in _MAIL or (campaign.source or "").lower() in _MAIL:
        return Channel.MAIL
    if medium in _SOCIAL:
        return Channel.SOCIAL
    if "video" in medium:
        return Channel.VIDEO
    return Channel.SEARCH if medium == "organic" else None


def _last(campaign: Campaign) -> Channel | None:
    """Return the channel of what nothing else is known of."""
    if (campaign.medium or "").lower() in {"referral", "affiliate", "affiliates"}:
        return Channel.REFERRAL
    return Channel.CAMPAIGN if any(campaign[:5]) else None


def _by_text(text: str) -> Source:
    """Name what a link calls its source; what is unknown is called as it stands there."""
    found = _BY_TEXT.get(_plain(text))
    if found is None and "." in text:
        found = by_host(text.lower())
        if found.channel is Channel.REFERRAL:
            found = None
    return found or Source(text)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _covers(found: Source, before: list[str]) -> bool:
    """Tell whether a name also stands for a host with these labels before its own.

    A search engine's other hosts (`docs.google.com`) are no search; a network's are the network.
    """
    if found.channel is not Channel.SEARCH:
        return True
    return len(before) == 1 and bool(_LIKE_ITSELF.fullmatch(before[0]))


def _keys(labels: list[str]) -> Iterator[str]:
    """Yield a host as it is, and with `{}` for its top-level domain."""
    yield ".".join(labels)
    top = labels[-1]
    if len(labels) > 2 and len(top) == 2 and labels[-2] in _SECOND_LEVELS:
        yield ".".join([*labels[:-2], "{}"])
    elif len(top) == 2 or top in _TOP_LEVELS:
        yield ".".join([*labels[:-1], "{}"])


def _hosts() -> Iterator[tuple[str, Source]]:
    lists: tuple[tuple[Channel, Mapping[str, str]], ...] = (
        (Channel.SEARCH, source_names.SEARCH),
        (Channel.SOCIAL, source_names.SOCIAL),
        (Channel.AI, source_names.AI),
        (Channel.MAIL, source_names.MAIL),
        (Channel.VIDEO, source_names.VIDEO),
    )
    for channel, names in lists:
        for name, hosts in names.items():
            for host in hosts.split():
                yield host, Source(name, channel)


_BY_HOST = dict(_hosts())
_BY_TEXT = {_plain(found.name or ""): found for found in _BY_HOST.values()}
_BY_TEXT |= {alias: _BY_TEXT[_plain(name)] for alias, name in source_names.ALIASES.items()}
