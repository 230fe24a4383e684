import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.accounts.accounts import normalised_email
from pixeltrack.platform.texts import is_line


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.B+x@Example.co.uk\n", "Ann.B+x@Example.co.uk"),
        ("demo@pixeltrack.local", "demo@pixeltrack.local"),
        ("иван@почта.рф", "иван@почта.рф"),
        ("e\u0301ric@example.com", "\u00e9ric@example.com"),
    ],
)
def test_takes_an_address_without_the_blanks_around_it(text: str, email: str) -> None:
    assert normalised_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@example.c",
        "ann@@example.com",
        "ann@example..com",
        "an n@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com,bob@example.com",
        "<ann@example.com>",
        '"ann"@example.com',
        "ann\x00@example.com",
        "ann\u202e@example.com",
        "ann\ud800@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 250 + ".com",
    ],
    ids=ascii,
)
def test_refuses_what_is_no_address(text: str) -> None:
    assert normalised_email(text) is None


@given(st.text(max_size=300))
def test_what_is_taken_stays_as_it_is_and_fits_a_header(text: str) -> None:
    email = normalised_email(text)
    if email is not None:
        assert normalised_email(email) == email
        assert is_line(email)
        assert 3 <= len(email) <= 254
        email.encode()
