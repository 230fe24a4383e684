"""Browser, system and kind of device by user agent, and which agents count as bots."""

import re
from dataclasses import replace
from functools import lru_cache

import ua_parser
from crawleruseragents import is_crawler

from pixeltrack.events.stored import BotReason, Device

MOST_CHARACTERS = 512
MOST_REMEMBERED = 10_000
_FINGERS = 2

_NOTHING = re.compile(r"(?:Mozilla/[\d.]+|[-\s])*\Z", re.IGNORECASE)
_HEADLESS = re.compile(
    r"headless|phantomjs|slimerjs|casperjs|puppeteer|playwright|selenium|webdriver|\bcypress/\d|"
    r"prerender|rendertron|wkhtmlto|jsdom/|happydom/|\(node\.js\b|zombie\.js|nightmare/",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"(?:curl|wget2?|python|python-\w+|aiohttp|httpx|go-http-client|java|java-http-client|okhttp|"
    r"apache-httpclient|axios|node-fetch|node|undici|got|deno|bun|libwww-perl|lwp|ruby|rest-client|"
    r"faraday|php|guzzlehttp|symfony|postmanruntime|insomnia|httpie|restsharp|dart|reqwest|hyper|"
    r"ureq|fasthttp|http::tiny|http\.rb|winhttp[.\w]*|scrapy|k6|jmeter|vegeta|wrk|ab)(?:[/ ;]|$)|"
    r".*\b(?:windows)?powershell/",
    re.IGNORECASE,
)
_SMALL_BROWSER = re.compile(r"(?:w3m|lynx|e?links|netsurf|dillo|surf)\b", re.IGNORECASE)
_CONTACT = re.compile(
    r"https?://|\bwww\.|mailto:|"
    r"[(;,\s]\+\s?(?:[a-z\d-]+\.)+[a-z]{2,}\b|\((?:[a-z\d-]+\.)+[a-z]{2,}/[^()]*\)|"
    r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b",
    re.IGNORECASE,
)
"""How to reach whoever runs it: an address of a page or of mail.

Ecosia's browser has an `@` before its version, which is no mail address.
"""
_EMBEDDED = re.compile(r"Mozilla/4\.0 \(compatible; MSIE \d(?!.*\+\s?http).*", re.IGNORECASE)
"""Internet Explorer, which may name the page of the program that it is embedded in."""
_COMPATIBLE = re.compile(
    r"(?:\(compatible\b|\bcompatible\s*[;:,)])[;:,\s]*+(?P<what>[^;,()]*)", re.IGNORECASE
)
_BROWSERS = re.compile(
    r"ms(?:ie|pie) |iemobile|konqueror|opera|dillo|icab|omniweb|netpositive|netfront|i?browse|"
    r"abrowse|galeon|amigavoyager|aol |mozilla/|windows ce|safari",
    re.IGNORECASE,
)
_SYSTEMS = re.compile(r"windows|macintosh|x11|linux|android|iphone|ipad|cros|u\Z", re.IGNORECASE)
_ROBOT = re.compile(
    r"bot(?![a-z])|robot|spider|crawl|scrap(?:er|ing)|link.?preview|uptime|health.?check|pinger\b|"
    r"kube-probe|synthetics|archiver|rss reader|feed.?fetcher",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\([^()]*Android[^()]*(?:\([^()]*\)[^()]*)*\)|\bcubot\w*", re.IGNORECASE)
"""A phone's name is no claim: CUBOT makes phones."""
_IN_APP = re.compile(r"(?<=\S) WhatsApp/\S+")
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
_WITH_DEVICE = (None, BotReason.HEADLESS)
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
    parsed = ua_parser.parse(agent)
    bot = _bot_reason(agent, parsed)
    browser, system = parsed.user_agent, parsed.os
    return Device(
        browser=_NAMES.get(browser.family, browser.family) if browser else None,
        browser_version=browser.major if browser else None,
        os=_NAMES.get(system.family, system.family) if system else None,
        os_version=_version(system.major, system.minor) if system else None,
        kind=_kind(agent, system.family if system else "") if bot in _WITH_DEVICE else None,
        bot=bot,
    )


def _bot_reason(agent: str, parsed: ua_parser.Result) -> BotReason | None:
    """Say why an agent is no person's browser."""
    if _NOTHING.match(agent):
        return BotReason.NO_AGENT
    if _HEADLESS.search(agent):
        return BotReason.HEADLESS
    if _LIBRARY.match(agent):
        return BotReason.LIBRARY
    if _is_crawler(agent, parsed):
        return BotReason.CRAWLER
    return BotReason.LIBRARY if _is_nameless(agent, parsed) else None


def _is_nameless(agent: str, parsed: ua_parser.Result) -> bool:
    """Tell whether nothing about an agent is known: neither browser nor system nor device."""
    is_known = parsed.user_agent or parsed.os or parsed.device or _SMALL_BROWSER.match(agent)
    return not is_known and not agent.lower().startswith("mozilla/")


def _is_crawler(agent: str, parsed: ua_parser.Result) -> bool:
    return bool(
        (_CONTACT.search(agent) and not _EMBEDDED.match(agent))
        or _ROBOT.search(_PHONE.sub("", agent))
        or any(_is_pretence(found["what"], parsed) for found in _COMPATIBLE.finditer(agent))
        or is_crawler(_IN_APP.sub("", agent))
    )


def _is_pretence(what: str, parsed: ua_parser.Result) -> bool:
    """Tell whether what calls itself compatible is no browser: those did so, until IE 10."""
    if _BROWSERS.match(what):
        return False
    return parsed.user_agent is None or not _SYSTEMS.match(what)


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
