from collections.abc import Callable

import pytest

from pixeltrack.accounts import mails
from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.mail import Mail

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
