import csv
import io

import pytest

from pixeltrack.reports.export import Format, Writer


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_formula_is_disarmed(text: str) -> None:
    line = Writer(Format.CSV, ["a"]).line([text])
    assert next(csv.reader(io.StringIO(line, newline=""))) == ["'" + text]


def test_a_number_stays_a_number() -> None:
    assert Writer(Format.CSV, "ab").line([-1, 0.5]) == "-1,0.5\r\n"


def test_lines_are_those_of_the_format() -> None:
    row = ['say "hi", \n you', None, ["=a", "b"], 3]
    assert Writer(Format.CSV, "abcd").head() == "a,b,c,d\r\n"
    assert Writer(Format.CSV, "abcd").line(row) == '"say ""hi"", \n you",,\'=a; b,3\r\n'
    json = Writer(Format.JSONL, "abcd")
    assert json.head() == ""
    assert json.line(row) == '{"a":"say \\"hi\\", \\n you","b":null,"c":["=a","b"],"d":3}\n'
