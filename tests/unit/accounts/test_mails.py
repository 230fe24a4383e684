import re
from collections.abc import Callable

import pytest

from pixeltrack.accounts import mails
from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.mail import Mail
from tests.fakes.people import BEGINNING

WRITERS = {
    mails.confirmation: "https://x.example/confirm?token=a%26b",
    mails.password_reset: "https://x.example/reset?token=a%26b",
    mails.invitation: "https://x.example/register?invitation=a%26b",
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("write", "link"), WRITERS.items())
def test_a_mail_is_in_the_persons_language_with_its_link(
    write: Callable[..., Mail], link: str, language: Language
) -> None:
    mail = write("ann@example.com", language, "https://x.example", "a&b")
    assert mail.to == "ann@example.com"
    assert link in mail.text.split()
    assert mail.subject.isascii() == (language is Language.ENGLISH)
    assert "\n" not in mail.subject


NOTICES = {
    mails.password_changed: ("https://x.example/forgot", ()),
    mails.key_made: ("https://x.example/keys", ("ptk_Ab3dE6gH",)),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("write", "link", "more"), [(w, *v) for w, v in NOTICES.items()])
def test_a_notice_is_in_the_owners_language_and_leads_here_alone(
    write: Callable[..., Mail], link: str, more: tuple[str, ...], language: Language
) -> None:
    hostile = 'Visit https://evil.example <a href="//evil.example">now</a>\r\nBcc: b@evil.example'
    owner = Account(AccountId("a"), "ann@example.com", hostile, language, BEGINNING)
    mail = write(owner, "https://x.example", *more)
    assert mail.to == "ann@example.com"
    assert "evil" not in mail.text + mail.subject
    assert re.findall(r"https?://\S+", mail.text) == [link]
    assert all(part in mail.text for part in more)
    assert mail.subject.isascii() == (language is Language.ENGLISH)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ann@example.com\r\nBcc: b@evil.example", "Hello"),
        ("ann@example.com", "Hello\nBcc: b@evil.example"),
        ("ann@example.com", "Hello\x00"),
        ("ann@example.com", "Hello\x85Bcc: b@evil.example"),
        ("ann@example.com", "Hello\u2028Bcc: b@evil.example"),
    ],
)
def test_a_mails_headers_are_one_line_each(to: str, subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Mail(to, subject, "Text")
