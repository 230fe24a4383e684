"""What generated traffic is made of: pages, sources, countries, agents and their weights."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
"""The zones by which the truth counts days: whole, half and half-hour DST offsets."""

HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 13, 12, 12, 13, 13, 12, 12, 13, 14, 14, 12, 8, 4)
"""How busy each hour of a visitor's local day is."""

WEEKDAYS = (10, 11, 11, 10, 9, 6, 5)
"""How busy each day of the week is, from Monday."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A way to a site: what the link carries, and what it must be called.

    `name` is None for a direct visit, whose channel reports call `direct`.
    """

    weight: int
    query: str
    referrer: str | None
    name: str | None
    channel: str


ENTRIES = (
    Entry(30, "", None, None, "direct"),
    Entry(24, "", "https://www.google.com/", "Google", "search"),
    Entry(4, "", "https://www.bing.com/search?q=tea", "Bing", "search"),
    Entry(4, "", "https://yandex.ru/", "Yandex", "search"),
    Entry(4, "", "https://duckduckgo.com/", "DuckDuckGo", "search"),
    Entry(5, "?gclid=Cj0", "https://www.google.com/", "Google", "paid"),
    Entry(3, "?utm_source=google&utm_medium=cpc&utm_campaign=tea", None, "Google", "paid"),
    Entry(6, "?fbclid=Iw", "https://l.facebook.com/", "Facebook", "social"),
    Entry(3, "", "https://t.co/AbC", "X", "social"),
    Entry(2, "", "https://news.ycombinator.com/item?id=1", "Hacker News", "social"),
    Entry(5, "?utm_source=may-news&utm_medium=email&utm_campaign=may", None, "may-news", "mail"),
    Entry(2, "", "https://www.youtube.com/", "YouTube", "video"),
    Entry(3, "?utm_source=chatgpt.com", None, "ChatGPT", "ai"),
    Entry(4, "", "https://blog.example.org/best-tea", "blog.example.org", "referral"),
    Entry(1, "", "https://html.duckduckgo.com/html/", "DuckDuckGo", "search"),
    Entry(1, "", "https://xn--e1afmkfd.xn--p1ai/%d1%87%d0%b0%d0%b9", "пример.рф", "referral"),
    Entry(1, "?utm_source=poster&utm_medium=qr", None, "poster", "campaign"),
)


@dataclass(frozen=True, slots=True)
class Country:
    """Where visitors live: its ISO code, their language, and their hours' offset from UTC."""

    weight: int
    code: str
    language: str
    offset_h: int


COUNTRIES = (
    Country(24, "US", "en-US", -5),
    Country(16, "DE", "de-DE", 1),
    Country(14, "RU", "ru-RU", 3),
    Country(10, "GB", "en-GB", 0),
    Country(9, "IN", "en-IN", 5),
    Country(8, "BR", "pt-BR", -3),
    Country(7, "FR", "fr-FR", 1),
    Country(6, "JP", "ja-JP", 9),
    Country(6, "AU", "en-AU", 10),
)

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = "Version/18.6 Mobile/15E148 Safari/604.1"
_IPAD = "Version/17.7 Mobile/15E148 Safari/604.1"
AGENTS = (
    (30, f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/142.0.0.0 Safari/537.36"),
    (
        9,
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Chrome/142.0.0.0 Safari/537.36",
    ),
    (7, f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Version/18.6 Safari/605.1.15"),
    (
        24,
        f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36",
    ),
    (
        20,
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_SAFARI} {_IPHONE}",
    ),
    (
        3,
        f"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {_SAFARI} {_IPAD}",
    ),
    (5, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"),
    (2, "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"),
)
"""Weights, and agents of people's browsers as they are sent."""

BOTS = (
    (6, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
    (2, "curl/8.5.0", "library"),
    (1, "", "no_agent"),
    (
        1,
        f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36",
        "headless",
    ),
)
"""Weights, agents of bots, and the reason for which each must be left out."""

DESKTOPS = ("Windows NT", "Macintosh", "X11")
"""What agents of desktop browsers contain."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where events come from: an address, and the network that reports must name it by."""

    weight: int
    ip: str
    network: str


ADDRESSES = (
    Address(90, "", ""),
    Address(3, "93.184.216.34", ""),
    Address(1, "104.28.0.1", ""),  # Cloudflare's, behind which people hide
    Address(2, "3.5.140.2", "hosting"),  # Amazon's, known by its number
    Address(1, "88.198.0.1", "hosting"),  # Hetzner's
    Address(1, "2a01:4f8::1", "hosting"),
    Address(1, "80.237.132.1", "hosting"),  # Host Europe's, known by its name
)

SILENT = 0.2
"""Part of the visitors whose events tell neither screen nor language."""

SCREENS = ("1920x1080", "1440x900", "1366x768", "390x844", "412x915", "820x1180")

PAGES = (
    "/",
    "/pricing",
    "/about",
    "/cart",
    "/checkout",
    *(f"/catalogue/tea-{n}" for n in range(1, 31)),
    *(f"/blog/{n}-cups-a-day" for n in range(1, 16)),
    *("/чай/зелёный", "/чай/чёрный", "/お茶", "/~ann/tea"),
)
"""The pages of a site, the most popular first; the n-th has a weight of 1/n."""


def written(path: str, number: int) -> str:
    """Write a page's path in one of the spellings in which it may arrive."""
    upper = quote(path).replace("~", "%7E")
    lower = re.sub("%..", lambda found: found[0].lower(), upper)
    return (path, upper, lower)[number % 3]


EVENTS: tuple[tuple[int, str, dict[str, Any] | None], ...] = (
    (10, "click", {"elementId": "buy", "elementTag": "BUTTON", "elementText": "Buy now"}),
    (4, "add_to_cart", {"product": "Sencha", "price": 12.5}),
    (2, "signup", {"plan": "pro"}),
    (1, "purchase", {"amount": 42, "gift": True}),
    (2, "outbound", {"url": "https://partner.example/tea"}),
    (1, "download", {"url": "https://shop.example/catalogue.pdf"}),
    (1, "form", None),
)
"""Weights, types and payloads of counted events that are no page views."""
