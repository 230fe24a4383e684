"""Agents of people and of programs, each as it was seen in logs or as its maker documents it."""

import pytest

from pixeltrack.enrichment.devices import UserAgents

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko)"
)
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/124.0.0.0 Safari/537.36"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/124.0.0.0 Safari/537.36"


def android(model: str, more: str = "") -> str:
    return (
        f"Mozilla/5.0 (Linux; Android 12; {model}) {WEBKIT} Chrome/124.0.0.0 Mobile "
        f"Safari/537.36{more}"
    )


PEOPLE = [
    WINDOWS,
    f"{WINDOWS} Edg/124.0.0.0",
    f"{WINDOWS} OPR/109.0.0.0",
    f"{LINUX} Vivaldi/6.7",
    f"{LINUX} Puffin/10.0.0.51566AT",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} obsidian/1.5 Chrome/120 Electron/28 Safari/537.36",
    # Browsers that call themselves compatible.
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 2.0.50727)",
    (
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Mozilla/4.0 (compatible; MSIE 6.0; "
        "Windows NT 5.1; SV1) ; SLCC2)"
    ),
    (
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; Embedded Web Browser from: "
        "http://bsalsa.com/; .NET CLR 2.0.50727)"
    ),
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0; NOKIA)",
    "Mozilla/4.0 (compatible; MSIE 6.0; X11; Linux i686; en) Opera 8.02",
    "Mozilla/5.0 (compatible; Konqueror/4.5; FreeBSD) KHTML/4.5.4 (like Gecko)",
    "Mozilla/4.0 (compatible; Dillo 3.0)",
    "Mozilla/5.0 (compatible; iCab 3.0.2; Macintosh; U; PPC Mac OS)",
    "Mozilla/5.0 (compatible; ABrowse 0.4; Syllable)",
    "Mozilla/4.0 (compatible; Windows CE; PPC; 240x320)",
    "Mozilla/5.0 (compatible; Windows; U; Windows NT 6.2; rv:12.0) Gecko/20120403 Firefox/12.0",
    "Surf/0.4.1 (X11; U; Unix; en-US) AppleWebKit/531.2+ Compatible (Safari)",
    # Phones whose names are words for programs.
    android("CUBOT X30 Build/QP1A.190711.020"),
    android("CUBOT_NOTE_20_PRO"),
    android("Robotics X1"),
    android("Spider S1"),
    android("Bot-phone Build/LMY47D"),
    (
        "Mozilla/5.0 (Linux; U; Android 10; en-US; CUBOT P20) AppleWebKit/534.30 Version/4.0 "
        "UCBrowser/13.4.0.1306 U3/0.8.0 Mobile Safari/534.30"
    ),
    android('Lenovo Tab 10" Build/X'),
    # In other programs.
    android("SM-A536B; wv", " [FB_IAB/FB4A;FBAV/456.0.0.41.109;]"),
    android("SM-A125F", " Telegram-Android/10.9.1 (Samsung SM-A125F; Android 12; SDK 31)"),
    android("SM-A125F", " WhatsApp/2.24.6.77"),
    android("SM-G990B; wv", " trill_330505 BytedanceWebview/d8a21c6"),
    android("SM-A525F", " (Ecosia android@123.0.6312.80)"),
    android("SM-A125F", " Flipboard/4.2.88/5197,4.2.88.5197"),
    android("AFTKA Build/RS8101; wv"),
    f"{IOS} Mobile/15E148 [FBAN/FBIOS;FBAV/457.0.0.32.106;FBDV/iPhone14,5;FBSV/17.4;FBLC/de_DE]",
    f"{IOS} Mobile/21E219 Instagram 325.0.3.34.90 (iPhone15,3; iOS 17_4; de_DE; scale=3.00)",
    f"{IOS} GSA/310.0.613980563 Mobile/15E148 Safari/604.1",
    f"{IOS} Version/17.4 Mobile/15E148 Safari/604.1 (Ecosia ios@10.0.1.2034)",
    f"{IOS} Version/17.4 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
    f"{IOS} Mobile/15E148 LinkedInApp/9.29.3140",
    f"{IOS} Mobile/15E148 Snapchat/12.81.0.41 (like Safari/8617.2.4.10.8, panda)",
    f"{IOS} Mobile/15E148 [Pinterest/iOS]",
    f"{IOS} Mobile/15E148 WhatsApp/2.24.6.77",
    f"{IOS} Mobile/15E148",
    # Small, old, and on the telly.
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
    "UCWEB/2.0 (MIDP-2.0; U; Adr 4.4.4; en-US; MI_4) U2/1.0.0 UCBrowser/9.9",
    "Nokia6100/1.0 (04.01) Profile/MIDP-1.0 Configuration/CLDC-1.0",
    "SonyEricssonT68/R201A",
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    f"Mozilla/5.0 (Web0S; Linux/SmartTV) {WEBKIT} Chrome/94.0.4606.128 Safari/537.36",
    "Mozilla/5.0 (PlayStation; PlayStation 5/5.02) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (Nintendo Switch; WebApplet) AppleWebKit/606.4 (KHTML, like Gecko) NF/6.0.1",
    "Roku/DVP-9.10 (519.10E04111A)",
    "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8",
    "w3m/0.5.3+git20230121",
    "NetSurf/3.10 (Linux)",
]

CRAWLERS = [
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; Foo; +http://foo.example/)",
    f"{LINUX} (+https://render.example)",
    f"{LINUX} Foo (https://render.example)",
    f"{WINDOWS} (ops@render.example)",
    f"{WINDOWS}; Foo; +render.example",
    "Foo/1.0 (+http://foo.example)",
    "Foo/1.0 (+mailto:me@foo.example)",
    "Foo/1.0 (foo.example/about)",
    "Foo/1.0; +https://foo.example/about",
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/124 Safari/537.36 (compatible; Foo)",
    "Mozilla/5.0 (compatible; Foo/1.0)",
    "Mozilla/5.0 (COMPATIBLE; foo)",
    "Mozilla/5.0 (compatible;)",
    "Mozilla/5.0 (compatible; Windows NT 10.0; Foo)",
    f"Mozilla/5.0 {WEBKIT}; compatible; Foo/1.0",
    "Mozilla/5.0 (Windows NT 10.0; compatible; Foo/1.0) Gecko/20100101 Firefox/115.0",
    "Foobot/2.1",
    "FooSpider",
    android("Nexus 5X", " FooBot/2"),
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "StatusCake",
    "Uptime-Kuma/1.23.11",
    "kube-probe/1.27",
    "ELB-HealthChecker/2.0",
    "Datadog/Synthetics",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
]

HEADLESS = [
    LINUX.replace("Chrome", "HeadlessChrome"),
    f"{LINUX} Prerender (+https://github.com/prerender/prerender)",
    f"{LINUX} rendertron",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/534.34 (KHTML, like Gecko) wkhtmltopdf Safari/534",
    f"Mozilla/5.0 (linux) {WEBKIT} jsdom/20.0.0",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) CasperJS/1.1",
]

LIBRARIES = [
    "curl/8.4.0",
    "Wget2/2.0",
    "python-requests/2.31",
    "Python/3.11 aiohttp/3.9",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "Java/17.0.2",
    "Java-http-client/17",
    "Apache-HttpClient/4.5 (Java/11)",
    "Faraday v2.7",
    "HTTP::Tiny/0.076",
    "Deno/1.42",
    "fasthttp",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.19041.4291",
    "foo-client/1.0",
    "an unheard-of program",
]

NOTHING = ["", "  ", "-", "Mozilla/5.0", "Mozilla/5.0 "]


@pytest.mark.parametrize("agent", PEOPLE)
def test_no_person_is_lost(agent: str) -> None:
    assert UserAgents().detect(agent).bot is None


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (agent, reason)
        for reason, agents in {
            "crawler": CRAWLERS,
            "headless": HEADLESS,
            "library": LIBRARIES,
            "no_agent": NOTHING,
        }.items()
        for agent in agents
    ],
)
def test_a_program_is_no_person(agent: str, reason: str) -> None:
    assert UserAgents().detect(agent).bot == reason
