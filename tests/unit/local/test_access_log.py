import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from infra_cdk.local.tools import access_log
from infra_cdk.local.tools.access_log import Visit

LINE = '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET {path} HTTP/1.1" 200 5 "{referrer}" "{agent}"'


def visit(path: str, referrer: str | None, agent: str) -> Visit:
    return Visit(1, "1.2.3.4", path, referrer, agent, "GET", 200, "17/May/2015:10:05:03 +0000")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            LINE.format(path="/a?b=c", referrer="http://x.example/", agent="Agent/1"),
            visit("/a?b=c", "http://x.example/", "Agent/1"),
        ),
        (LINE.format(path="/", referrer="-", agent="-"), visit("/", None, "")),
        (
            LINE.format(path="/", referrer="-", agent="cut off").rstrip('"'),
            visit("/", None, "cut off"),
        ),
        ("nonsense", 1),
        (LINE.replace("GET {path} HTTP/1.1", "-"), 1),
    ],
)
@pytest.mark.parametrize("name", ["access.log", "access.log.gz"])
def test_reads_a_line(tmp_path: Path, line: str, expected: Visit | int, name: str) -> None:
    text = (line + "\n").encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert list(access_log.read(path)) == [expected]


def test_reads_every_line_of_the_sample() -> None:
    sample = Path(__file__).parents[2] / "data" / "access-2015.log.gz"
    visits = [item for item in access_log.read(sample) if isinstance(item, Visit)]
    assert len(visits) == 10_000
    assert len({visit.ip for visit in visits}) == 1_753


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("17/May/2015:10:05:03 +0000", 1_431_857_103_000),
        ("17/May/2015:12:05:03 +0200", 1_431_857_103_000),
        ("16/May/2015:22:35:03 -1130", 1_431_857_103_000),
    ],
)
def test_an_instant_is_read_with_its_offset(time: str, expected: int) -> None:
    assert replace(visit("/", None, ""), time=time).at_ms == expected


@pytest.mark.parametrize("time", ["", "17/Mai/2015:10:05:03 +0000", "31/Feb/2015:10:05:03 +0000"])
def test_what_is_no_instant_is_refused(time: str) -> None:
    with pytest.raises(ValueError, match=r"does not match|out of range"):
        _ = replace(visit("/", None, ""), time=time).at_ms


def test_a_log_is_named_by_its_text_packed_or_not(tmp_path: Path) -> None:
    plain, packed, other = tmp_path / "a.log", tmp_path / "b.log.gz", tmp_path / "c.log"
    plain.write_bytes(b"one line")
    packed.write_bytes(gzip.compress(b"one line"))
    other.write_bytes(b"two lines")
    assert access_log.digest(plain) == access_log.digest(packed) != access_log.digest(other)
    assert len(access_log.digest(plain)) == 12
