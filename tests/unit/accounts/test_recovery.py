from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.platform.errors import LogInRefused, Refused, Throttled

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW = "anotherpassword1"


def is_spent(run: Any, *values: Any) -> bool:
    with pytest.raises(Refused) as caught:
        run(*values, CLIENT)
    return caught.value.status == 400 and caught.value.errors[0].field == "token"


def test_a_forgotten_password_is_replaced_once(town: Any) -> None:
    opened = town.register()
    town.recovery.forgot("ANN@example.com", CLIENT)
    assert town.mailer.sent[-1].to == EMAIL
    token = town.link()
    town.recovery.reset(token, NEW, CLIENT)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT).account.confirmed_at is not None
    with pytest.raises(LogInRefused):
        town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    with pytest.raises(LogInRefused):
        town.sessions.refresh(opened.refresh_token, CLIENT)
    assert is_spent(town.recovery.reset, token, PASSWORD)


def test_a_reset_spends_the_other_reset_tokens(town: Any) -> None:
    town.register()
    town.recovery.forgot(EMAIL, CLIENT)
    first = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), NEW, CLIENT)
    assert is_spent(town.recovery.reset, first, PASSWORD)


def test_nobody_gets_no_mail(town: Any) -> None:
    town.recovery.forgot(EMAIL, CLIENT)
    assert not town.mailer.sent


def test_tokens_expire(town: Any) -> None:
    town.register()
    confirmation = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    reset = town.link()
    town.clock.pass_(hours=1)
    assert is_spent(town.recovery.reset, reset, NEW)
    town.clock.pass_(days=3)
    assert is_spent(town.recovery.confirm, confirmation)


def test_a_token_is_good_for_its_purpose_only(town: Any) -> None:
    town.register()
    confirmation = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    reset = town.link()
    assert is_spent(town.recovery.reset, confirmation, NEW)
    assert is_spent(town.recovery.confirm, reset)
    assert town.recovery.confirm(confirmation, CLIENT)
    assert is_spent(town.recovery.confirm, confirmation)


def test_who_could_not_log_in_any_more_can_after_a_reset(town: Any) -> None:
    town.register()
    for n in range(throttles.PASSWORDS_OF_ACCOUNT.most):
        with pytest.raises(LogInRefused):
            town.sessions.log_in(EMAIL, f"wrong{n}password", CLIENT)
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), NEW, CLIENT)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT)


def test_an_account_gets_a_few_mails_an_hour(town: Any) -> None:
    for n in range(throttles.FORGOTTEN_OF_ACCOUNT.most):
        town.recovery.forgot(EMAIL, f"198.51.100.{n}")
    with pytest.raises(Throttled):
        town.recovery.forgot(EMAIL, CLIENT)


def test_guessing_links_is_throttled(town: Any) -> None:
    for n in range(throttles.LINKS_FROM_ADDRESS.most):
        assert is_spent(town.recovery.confirm, f"guess-{n}")
    with pytest.raises(Throttled):
        town.recovery.reset("guess", NEW, CLIENT)
