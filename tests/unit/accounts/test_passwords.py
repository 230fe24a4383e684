import pytest

from pixeltrack.accounts.passwords import password_fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("123", "must be longer than 8 characters"),
        ("password", "must be longer than 8 characters"),
        ("abcdefg1", "must be longer than 8 characters"),
        ("a1" * 100 + "b", "must not be longer than 200 characters"),
        ("1234567890", "must contain a letter"),
        ("onlyletters", "must contain a digit"),
        ("password1", "is one of the most common passwords"),
        ("Password123", "is one of the most common passwords"),
        ("1QAZ2wsx3edc", "is one of the most common passwords"),
        ("goodpassword123", None),
        ("йцшщджюяэ1", None),
        ("a1" * 100, None),
    ],
)
def test_each_rule_is_named(password: str, fault: str | None) -> None:
    assert password_fault(password) == fault
