from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.errors import LogInRefused, Refused, Throttled

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW = "anotherpassword1"


def is_spent(run: Any, *values: Any) -> bool:
    with pytest.raises(Refused) as caught:
        run(*values)
    return caught.value.status == 400 and caught.value.errors[0].field == "token"


def reset(town: Any, token: str, password: str = NEW, *, revoke_keys: bool = True) -> None:
    town.recovery.reset(token, password, CLIENT, revoke_keys=revoke_keys)


def test_a_forgotten_password_is_replaced_once(town: Any) -> None:
    opened = town.register()
    town.recovery.forgot("ANN@example.com", CLIENT)
    assert town.mailer.sent[-1].to == EMAIL
    token = town.link()
    reset(town, token)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT).account.confirmed_at is not None
    with pytest.raises(LogInRefused):
        town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    with pytest.raises(LogInRefused):
        town.sessions.refresh(opened.refresh_token, CLIENT)
    assert is_spent(reset, town, token)


def test_a_reset_spends_the_other_reset_tokens(town: Any) -> None:
    town.register()
    town.recovery.forgot(EMAIL, CLIENT)
    first = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    reset(town, town.link())
    assert is_spent(reset, town, first)


def test_nobody_gets_no_mail(town: Any) -> None:
    town.recovery.forgot(EMAIL, CLIENT)
    assert not town.mailer.sent


def test_tokens_expire(town: Any) -> None:
    town.register()
    confirmation = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    link = town.link()
    town.clock.pass_(hours=1)
    assert is_spent(reset, town, link)
    town.clock.pass_(days=3)
    assert is_spent(town.confirm, confirmation)


def test_a_token_is_good_for_its_purpose_only(town: Any) -> None:
    opened = town.register()
    confirmation = town.link()
    town.recovery.forgot(EMAIL, CLIENT)
    link = town.link()
    assert is_spent(reset, town, confirmation)
    assert is_spent(town.confirm, link)
    assert town.confirm(confirmation, opened.refresh_token)
    assert is_spent(town.confirm, confirmation)


def test_guessing_links_is_throttled(town: Any) -> None:
    for n in range(throttles.LINKS_FROM_ADDRESS.most):
        assert is_spent(town.confirm, f"guess-{n}")
    with pytest.raises(Throttled):
        reset(town, "guess")


def test_a_link_is_looked_up_before_anything_costly(town: Any) -> None:
    town.register()
    before = town.hasher.made
    assert is_spent(reset, town, "guess")
    assert is_spent(town.confirm, "guess", None, NEW)
    assert town.hasher.made == before


@pytest.mark.parametrize("revoke_keys", [True, False])
def test_a_reset_revokes_keys_unless_they_are_to_stay(town: Any, *, revoke_keys: bool) -> None:
    opened = town.confirmed()
    key = town.key(opened)
    town.recovery.forgot(EMAIL, CLIENT)
    reset(town, town.link(), revoke_keys=revoke_keys)
    kept = [] if revoke_keys else [key.entry]
    assert list(town.issuing.all(opened.account.id)) == kept


def test_the_owner_is_told_of_a_reset(town: Any) -> None:
    town.confirmed(language=Language.RUSSIAN)
    town.recovery.forgot(EMAIL, CLIENT)
    reset(town, town.link())
    told = town.mailer.sent[-1]
    assert (told.to, told.subject) == (EMAIL, "Ваш пароль изменён")
    assert NEW not in told.text
