import gzip
from pathlib import Path

import pytest

from infra_cdk.local import access_log
from infra_cdk.local.access_log import Visit

LINE = '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET {path} HTTP/1.1" 200 5 "{referrer}" "{agent}"'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            LINE.format(path="/a?b=c", referrer="http://x.example/", agent="Agent/1"),
            Visit(1, "1.2.3.4", "/a?b=c", "http://x.example/", "Agent/1"),
        ),
        (LINE.format(path="/", referrer="-", agent="-"), Visit(1, "1.2.3.4", "/", None, "")),
        (
            LINE.format(path="/", referrer="-", agent="cut off").rstrip('"'),
            Visit(1, "1.2.3.4", "/", None, "cut off"),
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
