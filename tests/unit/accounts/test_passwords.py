import pytest

from pixeltrack.accounts.passwords import check_password, password_fault
from pixeltrack.platform.errors import Refused


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("123", "must be longer than 8 characters, blanks not counted"),
        ("password", "must be longer than 8 characters, blanks not counted"),
        ("abcdefg1", "must be longer than 8 characters, blanks not counted"),
        ("abc1" * 50 + "b", "must not be longer than 200 characters"),
        ("1234567890", "must contain a letter"),
        ("onlyletters", "must contain a digit"),
        ("password1", "is one of the most common passwords"),
        ("Password123", "is one of the most common passwords"),
        ("1QAZ2wsx3edc", "is one of the most common passwords"),
        ("goodpassword123", None),
        ("йцшщджюяэ1", None),
        ("abc1" * 50, None),
        ("correct horse 1", None),
        (" " * 8, "must not consist of blanks"),
        (" " * 12, "must not consist of blanks"),
        ("\u3000\u00a0\u2003" * 4, "must not consist of blanks"),
        ("a1" + " " * 8, "must be longer than 8 characters, blanks not counted"),
        (
            "\u200ba\u200b1\u200b\u200b\u200b\u200b\u200b",
            "must be longer than 8 characters, blanks not counted",
        ),
        ("a" * 9, "must have at least 4 different characters"),
        ("1" * 9, "must have at least 4 different characters"),
        ("aAaAaAaAa1", "must have at least 4 different characters"),
        ("ab1" * 5, "must have at least 4 different characters"),
        ("Password 123", "is one of the most common passwords"),
    ],
)
def test_each_rule_is_named(password: str, fault: str | None) -> None:
    assert password_fault(password) == fault


@pytest.mark.parametrize(
    ("password", "email"),
    [
        ("ann.smith26@example.com", "ann.smith26@example.com"),
        ("ANN.SMITH26@EXAMPLE.COM", "ann.smith26@example.com"),
        (" ann.smith26@example.com!", "ann.smith26@example.com"),
        ("ann.smith26", "Ann.Smith26@example.com"),
        ("AnnSmith26", "ann.smith26@example.com"),
        ("smith26ann", "ann.smith26@example.com"),
        ("ann.smith123", "ann.smith@example.com"),
        ("example.com1", "ann@example.com"),
        ("annannann1", "ann@example.com"),
        ("n.smith26@exam", "ann.smith26@example.com"),
        ("ИванПетров77", "иван.петров77@почта.рф"),
        ("ａｎｎｓｍｉｔｈ26", "ann.smith26@example.com"),
    ],
)
def test_a_password_is_not_made_of_the_own_address(password: str, email: str) -> None:
    with pytest.raises(Refused) as caught:
        check_password(password, email)
    (error,) = caught.value.errors
    assert (error.field, error.message) == ("password", "must not be made of your mail address")


@pytest.mark.parametrize(
    ("password", "email"),
    [
        ("goodpassword123", "ann@example.com"),
        ("goodpassword123", "good@example.com"),
        ("ann likes 3 cats", "ann@example.com"),
        ("йцшщджюяэ1", "иван@почта.рф"),
    ],
)
def test_a_password_may_name_a_part_of_it(password: str, email: str) -> None:
    check_password(password, email)
