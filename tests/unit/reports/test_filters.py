import msgspec
import pytest

from pixeltrack.events import urls
from pixeltrack.facts.dimensions import Dimension, fact_of
from pixeltrack.platform.errors import Refused
from pixeltrack.reports.query import LINK, Filter, Operator, filters_of, shown, spellings
from tests.fakes.aggregator_fixture import NOON, event


@pytest.mark.parametrize(
    ("text", "dimension", "operator", "value"),
    [
        ("country:is:DE", Dimension.COUNTRY, Operator.IS, "DE"),
        ("page:is_not:/a:b:c", Dimension.PAGE, Operator.IS_NOT, "/a:b:c"),
        ("utm_source:is:", Dimension.UTM_SOURCE, Operator.IS, ""),
        ("event:contains:Sign up, now", Dimension.EVENT, Operator.CONTAINS, "Sign up, now"),
        ("outbound:is:https://x.example/", Dimension.OUTBOUND, Operator.IS, "https://x.example/"),
    ],
)
def test_a_filter_is_read(text: str, dimension: Dimension, operator: Operator, value: str) -> None:
    assert filters_of([text]) == (Filter(dimension, operator, value),)


@pytest.mark.parametrize("dimension", Dimension)
def test_every_dimension_can_be_filtered_by(dimension: Dimension) -> None:
    assert filters_of([f"{dimension}:is:x"])[0].dimension is dimension


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("dimension", [Dimension.OUTBOUND, Dimension.DOWNLOAD])
def test_an_address_that_was_cut_is_found_as_it_is_shown_and_whole(
    dimension: Dimension, before: int
) -> None:
    whole = urls.spelled("https://сайт.example/" + "a" * before + "страница" * 30)
    payload = msgspec.json.encode({"url": whole}).decode()
    fact = fact_of(event("a", NOON, type=str(dimension), payload=payload))
    assert fact
    kept = fact.properties[0].removeprefix(LINK)
    assert len(kept) < len(whole)
    for text in (shown(dimension, kept), kept, whole, urls.shown(whole)):
        assert kept in spellings(dimension, text)


def test_a_filter_counts_once() -> None:
    assert len(filters_of(["country:is:DE"] * 3)) == 1


@pytest.mark.parametrize(
    "texts",
    [
        [""],
        ["country"],
        ["country:is"],
        ["planet:is:Mars"],
        ["country:like:DE"],
        ["country:IS:DE"],
        ["payload:is:x"],
        ["page:contains:"],
        ["page:is:" + "x" * 2049],
        ["page:is:a\0b"],
        [f"page:is:/{n}" for n in range(21)],
    ],
    ids=lambda texts: texts[0][:20],
)
def test_what_is_no_filter_is_refused_by_name(texts: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        filters_of(texts)
    assert refused.value.status == 400
    assert [error.field for error in refused.value.errors] == ["filter"]
