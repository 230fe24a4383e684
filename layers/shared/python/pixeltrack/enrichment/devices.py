"""Browser, system and kind of device by user agent, and which agents count as bots."""

import re
from dataclasses import replace
from functools import lru_cache

import ua_parser
from crawleruseragents import is_crawler

from pixeltrack.events.stored import Device

MOST_CHARACTERS = 512
MOST_REMEMBERED = 10_000
_FINGERS = 2

_HEADLESS = re.compile(
    r"headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"(?:curl|wget|python|python-\w+|aiohttp|httpx|go-http-client|java|okhttp|apache-httpclient|"
    r"axios|node-fetch|node|undici|got|libwww-perl|lwp|ruby|php|guzzlehttp|postmanruntime|"
    r"insomnia|httpie|restsharp|dart|reqwest|scrapy|k6|jmeter|vegeta|wrk|ab)(?:[/ ;]|$)",
    re.IGNORECASE,
)
_TV = re.compile(
    r"smart-?tv|googletv|google tv|appletv|hbbtv|netcast|web0s|bravia|roku|crkey|viera|\baft[a-z]|"
    r"android tv|tizen.*\btv\b",
    re.IGNORECASE,
)
_TABLET = re.compile(r"ipad|tablet|kindle|playbook|\bsilk/", re.IGNORECASE)
_DESKTOPS = frozenset(
    {
        "Windows", "Mac OS X", "Linux", "Ubuntu", "Debian", "Fedora", "Red Hat", "SUSE", "Gentoo",
        "Arch Linux", "Linux Mint", "Chrome OS", "FreeBSD", "OpenBSD", "NetBSD", "Solaris",
    }
)  # fmt: skip
_NAMES = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "Mac OS X": "macOS",
}
"""One name for a browser on every system; ua-parser tells its mobile builds apart."""


class UserAgents:
    """Detects devices by user agent, remembering the answers; ua-parser's and own rules."""

    def __init__(self) -> None:
        self._remembered = lru_cache(MOST_REMEMBERED)(_detect)

    def detect(self, user_agent: str) -> Device:
        """Return what the agent says of itself; of a very long one its beginning counts."""
        return self._remembered(user_agent[:MOST_CHARACTERS])


def touched(device: Device, user_agent: str, touch_points: int | None) -> Device:
    """Return the device, knowing how many fingers its screen tells apart.

    An iPad says that it is a Mac, of one version for ever; but no Mac is touched.
    """
    if touch_points is None or touch_points < _FINGERS or "Macintosh;" not in user_agent:
        return device
    return replace(device, os="iOS", os_version=None, kind="tablet")


def _detect(agent: str) -> Device:
    bot = _bot_reason(agent)
    parsed = ua_parser.parse(agent)
    browser, system = parsed.user_agent, parsed.os
    return Device(
        browser=_NAMES.get(browser.family, browser.family) if browser else None,
        browser_version=browser.major if browser else None,
        os=_NAMES.get(system.family, system.family) if system else None,
        os_version=_version(system.major, system.minor) if system else None,
        kind=None if bot and bot != "headless" else _kind(agent, system.family if system else ""),
        bot=bot,
    )


def _bot_reason(agent: str) -> str | None:
    """Say why an agent is no person's browser: `no_agent`, `headless`, `library`, `crawler`."""
    if not agent.strip():
        return "no_agent"
    if _HEADLESS.search(agent):
        return "headless"
    if _LIBRARY.match(agent):
        return "library"
    return "crawler" if is_crawler(agent) else None


def _kind(agent: str, system: str) -> str | None:
    if _TV.search(agent):
        return "tv"
    if _TABLET.search(agent) or (system == "Android" and "Mobile" not in agent):
        return "tablet"
    if "Mobi" in agent or system in {"iOS", "Android", "KaiOS", "Windows Phone", "BlackBerry OS"}:
        return "mobile"
    return "desktop" if system in _DESKTOPS else None


def _version(major: str | None, minor: str | None) -> str | None:
    return f"{major}.{minor}" if major and minor else major
