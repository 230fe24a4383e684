import inspect
import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import pixeltrack.accounts
from infra_cdk.local.tools import seed
from pixeltrack.accounts.emails import (
    MOST_EMAIL,
    canonical_email,
    given_email,
    is_canonical,
    known_email,
)
from pixeltrack.platform.texts import is_line

FOLDING = re.compile(r"\b(?:lower|upper|initcap|casefold|ilike|citext|normalize)\b", re.IGNORECASE)
ASCII_ADDRESSES = st.from_regex(
    r"[A-Za-z0-9_+'=-]{1,20}(\.[A-Za-z0-9_~]{1,9})?@([a-zA-Z0-9]{1,9}(-[a-z0-9]+)?\.){1,3}[A-Za-z]{2,6}",
    fullmatch=True,
)
WORDS = st.text(
    st.characters(categories=("Ll", "Lu", "Lo", "Mn", "Nd"), exclude_characters="ßẞıİ"),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "email", "canonical"),
    [
        ("ann@example.com", "ann@example.com", "ann@example.com"),
        ("  Ann.B+x@Example.co.uk\n", "Ann.B+x@Example.co.uk", "ann.b+x@example.co.uk"),
        ("demo@pixeltrack.local", "demo@pixeltrack.local", "demo@pixeltrack.local"),
        ("Иван@Почта.РФ", "Иван@Почта.РФ", "иван@xn--80a1acny.xn--p1ai"),
        ("ann@xn--80A1acny.xn--p1ai", "ann@xn--80A1acny.xn--p1ai", "ann@xn--80a1acny.xn--p1ai"),
        ("e\u0301ric@example.com", "\u00e9ric@example.com", "\u00e9ric@example.com"),
        ("ＡＮＮ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ANN@example.com", "ann@example.com"),
        ("ann@example\u3002com", "ann@example\u3002com", "ann@example.com"),
        ("\u212aarl@\u017ffoo.example", "Karl@sfoo.example", "karl@sfoo.example"),
        ("İnfo@example.com", "İnfo@example.com", "i\u0307nfo@example.com"),
        ("ınfo@example.com", "ınfo@example.com", "ınfo@example.com"),
        ("STRAẞE@faß.example", "STRAẞE@faß.example", "straße@xn--fa-hia.example"),
        ("ann@βόλος.example", "ann@βόλος.example", "ann@xn--nxasmm1c.example"),
        ("ann@XN--nxasmm1c.example", "ann@XN--nxasmm1c.example", "ann@xn--nxasmm1c.example"),
        ("ann@βόλοσ.example", "ann@βόλοσ.example", "ann@xn--nxasmq6b.example"),
        ("ann@ΒΌΛΟΣ.example", "ann@ΒΌΛΟΣ.example", "ann@xn--nxasmq6b.example"),
        ("ann@straße.example", "ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@☕.example", "ann@☕.example", "ann@xn--53h.example"),
        ("ann@xn--53h.example", "ann@xn--53h.example", "ann@xn--53h.example"),
        (
            "ann@نامه\u200cای.example",
            "ann@نامه\u200cای.example",
            "ann@xn--mgba3gch31f060k.example",
        ),
        ("o'neil!#$%&*/=?^`{|}~-@a-b.example", *["o'neil!#$%&*/=?^`{|}~-@a-b.example"] * 2),
        ("a@1.2.example", "a@1.2.example", "a@1.2.example"),
    ],
    ids=ascii,
)
def test_an_address_is_kept_as_written_and_known_by_one_form(
    text: str, email: str, canonical: str
) -> None:
    assert given_email(text) == email
    assert canonical_email(text) == canonical == canonical_email(email)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@example.c",
        "ann@192.0.2.17",
        "ann@[192.0.2.17]",
        "ann@@example.com",
        "ann@bob@example.com",
        "ann@example..com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exam_ple.com",
        "ann@ex%61mple.com",
        "ann@example%2ecom",
        "ann..b@example.com",
        ".ann@example.com",
        "ann.@example.com",
        "an n@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com,bob@example.com",
        "ann@example.com\uff0cbob@example.com",
        "<ann@example.com>",
        '"ann"@example.com',
        "ann\\@example.com",
        "ann\x00@example.com",
        "ann\x7f@example.com",
        "ann\u00ad@example.com",
        "ann\u034f@example.com",
        "ann\u115f@example.com",
        "ann\u200b@example.com",
        "ann\u200d@example.com",
        "ann\u202e@example.com",
        "ann\u2060@example.com",
        "ann\u2800@example.com",
        "ann\u3000x@example.com",
        "ann\u3164@example.com",
        "ann\ufe0f@example.com",
        "ann\ufeff@example.com",
        "ann\uffa0@example.com",
        "ann\U000e0100@example.com",
        "ann\U000e0041@example.com",
        "ann@exam\u200dple.com",
        "ann\ue000@example.com",
        "ann\u0378@example.com",
        "ann\ud800@example.com",
        "ann@\ud800.com",
        "\u2026@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 64 + ".com",
        "ann@" + "a" * 250 + ".com",
        "ann@" + ".".join(["ф" * 40] * 6) + ".com",
    ],
    ids=ascii,
)
def test_refuses_what_is_no_address(text: str) -> None:
    assert given_email(text) is None
    assert canonical_email(text) == text


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (" .Ann@docomo.example ", ".Ann@docomo.example"),
        ("☃@example.com", "☃@example.com"),
        ("ａnn＠example.com", "ａnn＠example.com"),
        ("ann", None),
        ("@", None),
        ("", None),
        ("ann\u200b@example.com", None),
        ("ann\x00@example.com", None),
        ("a" * MOST_EMAIL + "@example.com", None),
    ],
    ids=ascii,
)
def test_an_account_of_earlier_rules_can_be_named(text: str, known: str | None) -> None:
    assert known_email(text) == known


@given(st.text(max_size=300) | st.builds("{}@{}.example".format, st.text(max_size=20), WORDS))
def test_what_is_taken_stays_as_it_is_and_fits_a_header(text: str) -> None:
    email = given_email(text)
    if email is None:
        return
    assert given_email(email) == email == known_email(email)
    assert is_line(email)
    assert 3 <= len(email) <= MOST_EMAIL
    canonical = canonical_email(email)
    assert canonical_email(canonical) == canonical == given_email(canonical)
    assert is_canonical(canonical)
    assert canonical.isascii() or not email.isascii()


@given(WORDS, WORDS)
def test_case_and_width_make_no_other_address(local: str, label: str) -> None:
    email = f"{local}@{label}.example"
    assume(given_email(email) is not None)
    forms = {email, email.upper(), email.lower(), email.swapcase(), email.title()}
    forms |= {unicodedata.normalize(f, form) for f in ("NFC", "NFD", "NFKC") for form in forms}
    forms |= {"".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in f) for f in forms}
    assert {canonical_email(form) for form in forms} == {canonical_email(email)}


@given(ASCII_ADDRESSES, ASCII_ADDRESSES)
def test_plain_addresses_are_equal_only_where_they_are(one: str, other: str) -> None:
    assert given_email(one) == one
    assert canonical_email(one) == one.lower()
    assert (canonical_email(one) == canonical_email(other)) == (one.lower() == other.lower())


def test_no_letter_takes_a_plain_address_and_keeps_its_mails() -> None:
    """Whatever is known by a plain address has its mails sent to that address."""
    for number in range(128, sys.maxunicode + 1):
        address = f"a{chr(number)}a@example.com"
        canonical = canonical_email(address)
        if canonical.isascii():
            email = given_email(address)
            assert email is not None
            assert email.lower() == canonical, hex(number)


def test_the_database_folds_no_address() -> None:
    """Where SQL and Python both fold, they disagree about some letter."""
    texts = [
        path.read_text() for path in (Path(pixeltrack.accounts.__file__).parent / "sql").iterdir()
    ]
    texts.append(inspect.getsource(seed))
    assert len(texts) > 3
    assert not [word for text in texts for word in FOLDING.findall(text)]
