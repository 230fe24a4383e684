"""Makes the table of hosting providers' addresses out of two lists of address ranges.

`python layers/geoip/hosting.py PACKAGE OUTPUT` reads `asn-ipv4-num.csv` and `asn-ipv6-num.csv` of
npm's `@ip-location-db/asn` and writes OUTPUT. A system counts as a provider's if `hosting.txt`
lists its number, or if its name says so; the standard library is all it takes.

OUTPUT holds, big-endian: `PTHOST1` and a line feed; the number of IPv4 and of IPv6 ranges, 4 bytes
each; all first and all last IPv4 addresses, 4 bytes each; all first and all last IPv6 prefixes of
64 bits, 8 bytes each. Ranges are ascending and neither overlap nor touch.
"""

import csv
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

Range = tuple[int, int]

MAGIC = b"PTHOST1\n"
_LISTED = Path(__file__).with_name("hosting.txt")
_PREFIX_BITS = 64

_NAMES = re.compile(
    r"hosting\b|\bhosts?\b|\bhoster|servers?\b|data ?cent(?:er|re)s?\b|\bv[pd]s\b|\bcloud|cloud\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"cloudflare|cloudmosa|the cloud networks|tele ?com|telekom|communications|mobile|broadband|"
    r"provedor|internet (?:service|banda)|\bisp\b|fib(?:er|ra)|wireless|wi-?fi|cable|university|"
    r"bank|insurance|securities|hospital|government|college|school|county|\bcity\b|exchange",
    re.IGNORECASE,
)
"""Whose names have such a word, too, but whose addresses are people's."""


def is_hosting(number: int, name: str, listed: frozenset[int]) -> bool:
    """Tell whether an autonomous system is a hosting provider's."""
    return number in listed or bool(_NAMES.search(name) and not _OTHERS.search(name))


def listed_numbers(text: str) -> frozenset[int]:
    """Return the numbers of a list with one system a line; `#` begins a comment."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return frozenset(int(words[0]) for words in lines if words)


def merged(ranges: Iterable[Range]) -> Iterator[Range]:
    """Return ranges in order, those that overlap or touch as one."""
    first, last = None, -1
    for start, end in sorted(ranges):
        if first is None or start > last + 1:
            if first is not None:
                yield first, last
            first, last = start, end
        last = max(last, end)
    if first is not None:
        yield first, last


def table(ipv4: Iterable[Range], ipv6: Iterable[Range]) -> bytes:
    """Return the content of the file for ranges of addresses."""
    prefixes = ((start >> _PREFIX_BITS, end >> _PREFIX_BITS) for start, end in ipv6)
    short, long = list(merged(ipv4)), list(merged(prefixes))
    return b"".join(
        (MAGIC, struct.pack(">II", len(short), len(long)), _column(short, "I"), _column(long, "Q"))
    )


def _column(ranges: list[Range], code: str) -> bytes:
    values = [start for start, _ in ranges] + [end for _, end in ranges]
    return struct.pack(f">{len(values)}{code}", *values)


def hosting_ranges(path: Path, listed: frozenset[int]) -> Iterator[Range]:
    """Read the ranges of a CSV file with first and last address, number and name."""
    with path.open(encoding="utf-8", newline="") as file:
        for start, end, number, name in csv.reader(file):
            if is_hosting(int(number), name, listed):
                yield int(start), int(end)


def main(package: str, output: str) -> None:
    """Write the table."""
    listed = listed_numbers(_LISTED.read_text(encoding="utf-8"))
    ipv4, ipv6 = (Path(package) / f"asn-{family}-num.csv" for family in ("ipv4", "ipv6"))
    content = table(hosting_ranges(ipv4, listed), hosting_ranges(ipv6, listed))
    unfinished = Path(f"{output}.new")
    unfinished.write_bytes(content)
    unfinished.replace(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
