"""Hosts as browsers spell them."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.platform.hosts import ascii_host, in_letters, shown_host


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("Example.COM", "example.com", "example.com"),
        ("example.com.", "example.com", "example.com"),
        ("straße.example", "xn--strae-oqa.example", "straße.example"),
        ("STRAẞE.example", "xn--strae-oqa.example", "straße.example"),
        ("strasse.example", "strasse.example", "strasse.example"),
        ("faß.de", "xn--fa-hia.de", "faß.de"),
        ("fass.de", "fass.de", "fass.de"),
        ("βόλος.example", "xn--nxasmm1c.example", "βόλος.example"),
        ("βόλοσ.example", "xn--nxasmq6b.example", "βόλοσ.example"),
        ("ΒΌΛΟΣ.example", "xn--nxasmq6b.example", "βόλοσ.example"),
        ("ПРИМЕР.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("☕.example", "xn--53h.example", "☕.example"),
        ("ＦＵＬＬ\u3002Example\uff0ecom\uff61", "full.example.com", "full.example.com"),
        ("a\u00adb.example", "ab.example", "ab.example"),
        ("a_b.example", "a_b.example", "a_b.example"),
        ("-a-.example", "-a-.example", "-a-.example"),
        ("ab--cd.example", "ab--cd.example", "ab--cd.example"),
        ("é-.example", "xn----9fa.example", "é-.example"),
        ("%d0%b9.example", "xn--i1a.example", "й.example"),
        ("ex%61mple.com", "example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("2001:DB8::1", "2001:db8::1", "2001:db8::1"),
        # Unicode that would show nothing, or something else, stays ASCII.
        ("نامه\u200cای.example", *["xn--mgba3gch31f060k.example"] * 2),
        ("xn--a.example", "xn--a.example", "xn--a.example"),
        ("xn--99999999999.example", "xn--99999999999.example", "xn--99999999999.example"),
        ("xn--strasse-.example", "xn--strasse-.example", "xn--strasse-.example"),
        ("a\u2044b.example", "xn--ab-c6t.example", "xn--ab-c6t.example"),
    ],
)  # fmt: skip
def test_a_host_has_the_spelling_that_browsers_make_of_it(
    written: str, kept: str, shown: str
) -> None:
    assert ascii_host(written) == kept == ascii_host(kept) == ascii_host(shown)
    assert shown_host(kept) == shown


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", ".example", "a..b", "a b.example", "a/b", "a\\b", "a?b", "a#b", "a@b", "a%b",
        "a<b", "a|b", "a^b", "a\x7fb", "\x00", "ａ／b", "%2f", "%00", "%ff", "\ud800", "\u00ad",
        "a:80", "x" * 254, "т" * 260, "\ufffd.example",
        "a\u200cb.example", "👨\u200d👩.example",
    ],
)  # fmt: skip
def test_what_no_browser_loads_is_no_host(text: str) -> None:
    assert ascii_host(text) is None


@pytest.mark.parametrize(
    ("written", "is_shown"),
    [
        ("аррӏе.com", False),  # all Cyrillic
        ("раураӏ.example", False),
        ("pаypal.com", False),  # one Cyrillic letter among Latin ones
        ("gοοgle.com", False),  # Greek ones
        ("νικο.com", False),
        ("аррӏе.рф", True),
        ("пример.com", True),
        ("日本語ドメイン.example", True),
        ("ドメインe.example", True),
        ("한국어漢字.example", True),
        ("ไทย.example", True),
        ("münchen-123.example", True),
        ("аб한.example", False),
    ],
)
def test_letters_that_can_be_taken_for_others_stay_ascii(written: str, is_shown: bool) -> None:
    kept = ascii_host(written)
    assert kept is not None
    assert shown_host(kept) == (written if is_shown else kept)
    assert in_letters(kept) == written


@given(st.text(max_size=40))
def test_a_host_is_spelled_once_and_shown_truly(text: str) -> None:
    kept = ascii_host(text)
    if kept is not None:
        assert kept.isascii()
        assert ascii_host(kept) == kept
        assert ascii_host(shown_host(kept)) == kept


@given(st.from_regex(r"xn--[a-z0-9-]{0,40}", fullmatch=True))
def test_no_label_makes_it_fail(label: str) -> None:
    shown = shown_host(label)
    assert shown == label or ascii_host(shown) == label


def test_plain_names_load_no_table() -> None:
    code = (
        "import sys; from pixeltrack.platform.hosts import ascii_host;"
        "ascii_host('WWW.xn--e1afmkfd.example'); print('idna' in sys.modules);"
        "ascii_host('é.example'); print('idna' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "True"]
