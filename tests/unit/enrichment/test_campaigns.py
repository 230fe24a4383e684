import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.enrichment.sources import CLICK_IDS, Campaign, campaign_of


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Campaign()),
        ("a=1&b", Campaign()),
        (
            "utm_source=news&utm_medium=mail&utm_campaign=May+sale&utm_term=t&utm_content=c",
            Campaign("news", "mail", "May sale", "t", "c"),
        ),
        ("UTM_Source=News", Campaign("News")),
        ("utm_source=first&utm_source=second", Campaign("first")),
        ("utm_source=&utm_medium=%20", Campaign()),
        ("utm_source=%D0%B6", Campaign("ж")),
        ("utm_source=%d0%b6", Campaign("ж")),
        ("utm_source=ж", Campaign("ж")),
        ("utm_source=%FFa", Campaign("\ufffda")),
        ("utm_source=x%E2%80%AEgpj.exe%0A", Campaign("xgpj.exe")),
        ("utm_source=%E2%80%8B", Campaign()),
        ("utm_source=%D9%86%E2%80%8C%D9%86", Campaign("ن\u200cن")),
        ("utm_source=a%00b", Campaign()),
        ("utm_source=%ff", Campaign("\ufffd")),
        ("utm_source=" + "x" * 300, Campaign("x" * 255)),
        ("gclid=Cj0KCQ", Campaign(click_id="gclid")),
        ("fbclid=1&gclid=2", Campaign(click_id="fbclid")),
        ("x=1&" * 300 + "utm_source=a", Campaign()),
    ],
)
def test_campaign(query: str, expected: Campaign) -> None:
    assert campaign_of(query) == expected


@pytest.mark.parametrize("name", sorted(CLICK_IDS))
def test_a_click_id_is_known_by_name(name: str) -> None:
    assert campaign_of(f"{name}=secret") == Campaign(click_id=name)


@given(st.text())
def test_no_query_makes_it_fail(query: str) -> None:
    assert all(value is None or "\0" not in value for value in campaign_of(query + "&utm_source=a"))
