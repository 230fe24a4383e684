import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.reports.export import Format, Writer

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻−"
"""What a spreadsheet reads a formula from, in every width."""

BREAKS = "\t\n\r\v\f\x00\x1b\x85\u2028\u2029"
UNSEEN = " \xa0\u3000\u200b\u200f\u2060\ufeff\xad\u034f\ufe0f\u3164\uffa0\u2800\U000e0020"
QUOTES = "\"'`＂＇“”„«‘"


def cell(text: str) -> str:
    """Write a text, and read it back as any reader of CSV does."""
    line = Writer(Format.CSV, "ab").line([text, "b"])
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row[1:] == ["b"]
    return row[0]


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
@pytest.mark.parametrize(
    "before", ["", *UNSEEN, *QUOTES, ' "', "\ufeff  ", "\u200b\u3000'"], ids=ascii
)
def test_a_formula_is_disarmed(before: str, sign: str) -> None:
    text = f"{before}{sign}1+1"
    assert cell(text) == "'" + text


@pytest.mark.parametrize("start", BREAKS, ids=ascii)
@pytest.mark.parametrize("before", ["", " ", '"', "\ufeff"], ids=ascii)
def test_a_break_at_the_start_is_disarmed(before: str, start: str) -> None:
    for text in (f"{before}{start}x", f"{before}{start}=1", f"{before}{start}"):
        assert cell(text) == "'" + text


PLAIN = [
    "",
    " ",
    "/",
    "/a=b",
    "a\n=1",
    "x=1",
    "1-2",
    "\ufeffa",
    "\u200bб",
    '"quoted"',
    "'tis",
    "(1)",
]
PLAIN += ["#1", "&a", "%3D", "*", "<b>", "±1", "~", "|", "\\", "–", "Größe", "тест", "📈"]


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_that_is_no_formula_stays(text: str) -> None:
    assert cell(text) == text


TEXTS = st.text(
    st.one_of(
        st.sampled_from([*SIGNS, *BREAKS, *UNSEEN, *QUOTES, *'a;,"\r\n']),
        st.characters(exclude_categories=["Cs"]),
    )
)


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    """With or without an apostrophe, and without one it begins with nothing that matters."""
    read = cell(text)
    assert read in (text, f"'{text}")
    if read == text:
        seen = "".join(c for c in text if unicodedata.category(c)[0] not in "CMZ")
        first = unicodedata.normalize("NFKC", seen)[:1]
        assert first == "" or first not in "=+-@"
        assert text[:1] not in ("\t", "\r", "\n")


@given(TEXTS, TEXTS)
def test_two_texts_are_written_as_two(one: str, other: str) -> None:
    assert (cell(one) == cell(other)) == (one == other)
    assert cell(f"'{one}") != cell(one)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_list_comes_back_as_one_text(texts: list[str]) -> None:
    line = Writer(Format.CSV, "ab").line([texts, "b"])
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row in (["; ".join(texts), "b"], ["'" + "; ".join(texts), "b"])


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_stays_a_number(number: float) -> None:
    assert Writer(Format.CSV, "ab").line([number, -1]) == f"{number},-1\r\n"


def test_lines_are_those_of_the_format() -> None:
    row = ['say "hi", \n you', None, ["=a", "b"], 3]
    assert Writer(Format.CSV, "abcd").head() == "a,b,c,d\r\n"
    assert Writer(Format.CSV, "abcd").line(row) == '"say ""hi"", \n you",,\'=a; b,3\r\n'
    json = Writer(Format.JSONL, "abcd")
    assert json.head() == ""
    assert json.line(row) == '{"a":"say \\"hi\\", \\n you","b":null,"c":["=a","b"],"d":3}\n'


def test_a_byte_order_mark_stands_before_everything_once() -> None:
    marked = Writer(Format.CSV, "ab", is_marked=True)
    text, count = marked.page([["Größe", 1]], is_first=True)
    assert (text.encode(), count) == ("\ufeffa,b\r\nGröße,1\r\n".encode(), 1)
    assert (
        text.encode().decode("utf-8-sig")
        == Writer(Format.CSV, "ab").page([["Größe", 1]], is_first=True)[0]
    )
    assert marked.page([["Größe", 1]], is_first=False) == ("Größe,1\r\n", 1)
