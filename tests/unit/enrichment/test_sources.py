import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.enrichment import source_names
from pixeltrack.enrichment.sources import (
    CLICK_IDS,
    DIRECT,
    Campaign,
    Channel,
    Source,
    by_host,
    campaign_of,
    source,
)
from pixeltrack.events.urls import referrer

NONE = Campaign()


@pytest.mark.parametrize(
    ("address", "name", "channel"),
    [
        ("https://www.google.com/", "Google", "search"),
        ("https://google.co.uk/search", "Google", "search"),
        ("https://www.google.com.br/", "Google", "search"),
        ("https://m.google.de/", "Google", "search"),
        ("android-app://com.google.android.googlequicksearchbox/", "Google", "search"),
        ("https://images.google.fr/", "Google Images", "search"),
        ("https://news.google.com/", "Google News", "search"),
        ("https://docs.google.com/document/1", "docs.google.com", "referral"),
        ("https://google.com.evil.example/", "google.com.evil.example", "referral"),
        ("https://notgoogle.com/", "notgoogle.com", "referral"),
        ("https://google.evil/", "google.evil", "referral"),
        ("https://www.bing.com/", "Bing", "search"),
        ("https://cn.bing.com/search?q=x", "Bing", "search"),
        ("https://yep.com/web?q=x", "Yep", "search"),
        ("https://oceanhero.today/web?q=x", "OceanHero", "search"),
        ("https://ekoru.org/?q=x", "Ekoru", "search"),
        ("https://stract.com/search?q=x", "Stract", "search"),
        ("https://duck.ai/", "Duck.ai", "ai"),
        ("https://uk.search.yahoo.com/", "Yahoo!", "search"),
        ("https://news.yahoo.com/", "news.yahoo.com", "referral"),
        ("https://yandex.ru/search/", "Yandex", "search"),
        ("https://yandex.com.tr/", "Yandex", "search"),
        ("https://ya.ru/", "Yandex", "search"),
        ("https://music.yandex.ru/", "music.yandex.ru", "referral"),
        ("https://duckduckgo.com/", "DuckDuckGo", "search"),
        ("https://html.duckduckgo.com/html", "DuckDuckGo", "search"),
        ("https://lite.duckduckgo.com/", "DuckDuckGo", "search"),
        ("https://noai.duckduckgo.com/", "DuckDuckGo", "search"),
        ("https://syndicatedsearch.goog/", "Google", "search"),
        ("https://webcache.googleusercontent.com/search", "Google", "search"),
        ("android-app://com.google.android.apps.magazines/", "Google News", "search"),
        ("https://r.search.yahoo.com/_ylt=A", "Yahoo!", "search"),
        ("https://lm.facebook.com/", "Facebook", "social"),
        ("android-app://com.facebook.lite/", "Facebook", "social"),
        ("https://dzen.ru/a/x", "Dzen", "social"),
        ("android-app://com.tencent.mm/", "WeChat", "social"),
        ("https://www.ecosia.org/", "Ecosia", "search"),
        ("https://search.brave.com/", "Brave", "search"),
        ("https://www.baidu.com/", "Baidu", "search"),
        ("https://search.seznam.cz/", "Seznam", "search"),
        ("https://coccoc.com/search", "Cốc Cốc", "search"),
        ("https://l.facebook.com/l.php", "Facebook", "social"),
        ("https://m.facebook.com/", "Facebook", "social"),
        ("https://t.co/abc", "X", "social"),
        ("https://x.com/someone", "X", "social"),
        ("https://netflix.com/", "netflix.com", "referral"),
        ("https://out.reddit.com/", "Reddit", "social"),
        ("https://news.ycombinator.com/item", "Hacker News", "social"),
        ("https://ycombinator.com/", "ycombinator.com", "referral"),
        ("https://www.linkedin.com/feed/", "LinkedIn", "social"),
        ("https://vk.com/away.php", "VK", "social"),
        ("https://away.vk.com/", "VK", "social"),
        ("https://ok.ru/", "Odnoklassniki", "social"),
        ("https://t.me/channel", "Telegram", "social"),
        ("android-app://org.telegram.messenger/", "Telegram", "social"),
        ("https://de.pinterest.com/pin/1", "Pinterest", "social"),
        ("https://www.pinterest.co.uk/", "Pinterest", "social"),
        ("https://go.bsky.app/", "Bluesky", "social"),
        ("https://lobste.rs/", "Lobsters", "social"),
        ("https://chatgpt.com/", "ChatGPT", "ai"),
        ("https://www.perplexity.ai/search", "Perplexity", "ai"),
        ("https://gemini.google.com/app", "Gemini", "ai"),
        ("https://copilot.microsoft.com/", "Copilot", "ai"),
        ("https://claude.ai/", "Claude", "ai"),
        ("https://mail.google.com/", "Gmail", "mail"),
        ("android-app://com.google.android.gm/", "Gmail", "mail"),
        ("https://e.mail.ru/", "Mail.ru Mail", "mail"),
        ("https://go.mail.ru/search", "Mail.ru", "search"),
        ("https://mail.yandex.ru/", "Yandex Mail", "mail"),
        ("https://eur01.safelinks.protection.outlook.com/", "Outlook", "mail"),
        ("https://www.youtube.com/watch", "YouTube", "video"),
        ("https://youtu.be/x", "YouTube", "video"),
        ("https://www.tiktok.com/", "TikTok", "video"),
        ("https://www.example.org/a", "example.org", "referral"),
        ("https://xn--e1aybc.xn--p1ai/", "xn--e1aybc.xn--p1ai", "referral"),
        ("http://localhost:3000/", "localhost", "referral"),
        ("http://192.0.2.7/", "192.0.2.7", "referral"),
        ("android-app://com.example.reader/", "com.example.reader", "referral"),
    ],
)
def test_a_referrer_has_a_name_and_a_channel(address: str, name: str, channel: str) -> None:
    found = referrer(address)
    assert found is not None
    assert source(found.host, NONE) == (name, channel)


@pytest.mark.parametrize(
    ("query", "host", "name", "channel"),
    [
        ("", None, None, None),
        ("utm_source=google", None, "Google", "search"),
        ("utm_source=Google&utm_medium=organic", None, "Google", "search"),
        ("utm_source=google&utm_medium=cpc", None, "Google", "paid"),
        ("utm_source=google&utm_medium=CPC", "www.google.com", "Google", "paid"),
        ("utm_source=adwords", None, "Google", "search"),
        ("utm_source=facebook&utm_medium=paid_social", None, "Facebook", "paid"),
        ("utm_source=fb", None, "Facebook", "social"),
        ("utm_source=facebook.com", None, "Facebook", "social"),
        ("utm_source=m.facebook.com", None, "Facebook", "social"),
        ("utm_source=hacker_news", None, "Hacker News", "social"),
        ("utm_source=twitter&utm_medium=social", None, "X", "social"),
        ("utm_source=chatgpt.com", None, "ChatGPT", "ai"),
        ("utm_source=chatgpt.com&utm_medium=referral", None, "ChatGPT", "ai"),
        ("utm_source=newsletter", None, "newsletter", "mail"),
        ("utm_source=May+news&utm_medium=email", None, "May news", "mail"),
        ("utm_source=May+news&utm_medium=email", "mail.google.com", "May news", "mail"),
        ("utm_source=x&utm_medium=social", None, "X", "social"),
        ("utm_source=forum&utm_medium=social-media", None, "forum", "social"),
        ("utm_source=partner&utm_medium=affiliate", None, "partner", "referral"),
        ("utm_source=poster&utm_medium=qr", None, "poster", "campaign"),
        ("utm_source=poster", "www.google.com", "poster", "campaign"),
        ("utm_source=partner.example", None, "partner.example", "campaign"),
        ("utm_source=site&utm_medium=display", None, "site", "paid"),
        ("utm_source=vlog&utm_medium=video", None, "vlog", "video"),
        ("utm_campaign=may", None, None, "campaign"),
        ("utm_campaign=may", "www.google.com", "Google", "search"),
        ("utm_campaign=may", "example.org", "example.org", "referral"),
        ("utm_medium=cpc", "example.org", "example.org", "paid"),
        ("utm_source=%D0%B6", None, "ж", "campaign"),
        ("utm_source=!!!", None, "!!!", "campaign"),
        ("gclid=1", None, "Google", "paid"),
        ("gclid=1", "www.google.com", "Google", "paid"),
        ("gclid=1", "www.youtube.com", "YouTube", "paid"),
        ("msclkid=1", "www.bing.com", "Bing", "paid"),
        ("yclid=1", "yandex.ru", "Yandex", "paid"),
        ("ysclid=1", "yandex.ru", "Yandex", "search"),
        ("ysclid=1", None, "Yandex", "search"),
        ("fbclid=1", None, "Facebook", "social"),
        ("fbclid=1", "l.facebook.com", "Facebook", "social"),
        ("fbclid=1&utm_medium=paid", None, "Facebook", "paid"),
        ("ttclid=1", None, "TikTok", "paid"),
        ("igshid=1", "l.instagram.com", "Instagram", "social"),
    ],
)
def test_a_link_says_more_than_its_place(
    query: str, host: str | None, name: str | None, channel: str | None
) -> None:
    assert source(host, campaign_of(query)) == (name, channel)


def test_nothing_is_direct() -> None:
    assert source(None, NONE) is DIRECT or source(None, NONE) == DIRECT


@pytest.mark.parametrize("click_id", sorted(CLICK_IDS))
def test_every_click_id_has_a_network(click_id: str) -> None:
    found = source(None, Campaign(click_id=click_id))
    assert found.name == source_names.NETWORKS[click_id]
    unpaid = click_id in source_names.UNPAID_CLICK_IDS
    assert (found.channel is not Channel.PAID) == unpaid


def test_no_host_is_named_twice() -> None:
    lists = [
        source_names.SEARCH,
        source_names.SOCIAL,
        source_names.AI,
        source_names.MAIL,
        source_names.VIDEO,
    ]
    hosts = [host for names in lists for text in names.values() for host in text.split()]
    assert len(hosts) == len(set(hosts))
    names = [name for found in lists for name in found]
    assert len(names) == len(set(names))


@given(st.text(max_size=50), st.text(max_size=50), st.none() | st.text(max_size=50))
def test_nothing_makes_it_fail(utm_source: str, medium: str, host: str | None) -> None:
    found = source(host, Campaign(source=utm_source, medium=medium))
    assert isinstance(found, Source)


def test_a_host_alone_is_never_direct() -> None:
    assert by_host("") == ("", Channel.REFERRAL)
