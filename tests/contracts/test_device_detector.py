import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.enrichment.devices import UserAgents
from pixeltrack.enrichment.ports import DeviceDetector
from pixeltrack.events.stored import Device
from tests.fakes.lookups import FakeDevices

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14{}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0"
)
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Safari/605.1.15"
)
TIZEN = (
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "76.0.3809.146/6.0 TV Safari/537.36"
)


class DeviceDetectorContract:
    """What every detector holds to."""

    detector: DeviceDetector

    def test_a_browser_is_no_bot(self) -> None:
        device = self.detector.detect(CHROME)
        assert device == Device(browser="Chrome", browser_version="120", os="Linux", kind="desktop")

    def test_a_crawler_is_a_bot(self) -> None:
        assert self.detector.detect("Mozilla/5.0 (compatible; bingbot/2.0)").bot == "crawler"


class TestFakeDevices(DeviceDetectorContract):
    detector = FakeDevices()


class TestUserAgents(DeviceDetectorContract):
    detector = UserAgents()

    @pytest.mark.parametrize(
        ("agent", "bot"),
        [
            ("", "no_agent"),
            ("  ", "no_agent"),
            (CHROME.replace("Chrome", "HeadlessChrome"), "headless"),
            ("curl/8.4.0", "library"),
            ("python-requests/2.31", "library"),
            ("Python-urllib/3.11", "library"),
            ("Go-http-client/1.1", "library"),
            ("PostmanRuntime/7.1", "library"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
            ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.0)", "crawler"),
            (CHROME, None),
            (IPHONE, None),
            (TIZEN, None),
        ],
    )
    def test_a_bot_has_a_reason(self, agent: str, bot: str | None) -> None:
        assert self.detector.detect(agent).bot == bot

    @pytest.mark.parametrize(
        ("agent", "expected"),
        [
            (IPHONE, ("Safari", "17", "iOS", "17.2", "mobile")),
            (IPHONE.replace("iPhone", "iPad"), ("Safari", "17", "iOS", "17.2", "tablet")),
            (
                ANDROID.format("; Pixel 8") + " Mobile Safari/537.36",
                ("Chrome", "120", "Android", "14", "mobile"),
            ),
            (
                ANDROID.format("; SM-X906C") + " Safari/537.36",
                ("Chrome", "120", "Android", "14", "tablet"),
            ),
            (TIZEN, ("Safari", None, "Tizen", "6.0", "tv")),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
                ("Firefox", "120", "Windows", "10", "desktop"),
            ),
            (
                MAC,
                ("Safari", "17", "macOS", "10.15", "desktop"),
            ),
            ("something new", (None, None, None, None, None)),
        ],
    )
    def test_a_browser_is_described(self, agent: str, expected: tuple[str | None, ...]) -> None:
        d = self.detector.detect(agent)
        assert (d.browser, d.browser_version, d.os, d.os_version, d.kind) == expected

    def test_an_endless_agent_is_read_by_its_beginning(self) -> None:
        endless = CHROME + " " * 100_000 + "curl headless"
        assert self.detector.detect(endless) == self.detector.detect(CHROME)


@given(st.text())
def test_no_agent_makes_it_fail(agent: str) -> None:
    assert isinstance(UserAgents().detect(agent), Device)
