from typing import Any

import pytest

from pixeltrack.accounts import issuing, throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.errors import Forbidden, Refused, Throttled, Unauthenticated

EMAIL, PASSWORD = "ann@example.com", "goodpassword123"


def refusal(town: Any, *values: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        town.key(*values)
    return caught.value


def test_a_key_is_made_with_the_password_and_its_owner_is_told(town: Any) -> None:
    opened = town.confirmed(language=Language.RUSSIAN)
    made = town.key(opened)
    assert list(town.issuing.all(opened.account.id)) == [made.entry]
    (told,) = town.mailer.sent
    assert (told.to, told.subject) == (EMAIL, "Новый ключ API")
    assert made.entry.prefix in told.text
    assert made.key not in told.text
    assert made.entry.name not in told.text, "whoever made the key wrote its name"


@pytest.mark.parametrize("password", ["", "wrong1password"])
def test_a_stolen_access_token_makes_no_key(town: Any, password: str) -> None:
    opened = town.confirmed()
    refused = refusal(town, opened, password)
    assert (refused.status, refused.errors[0].field) == (400, "currentPassword")
    assert not town.issuing.all(opened.account.id)
    assert not town.mailer.sent


def test_a_stolen_access_token_cannot_guess_the_password_for_a_key(town: Any) -> None:
    opened = town.confirmed()
    for _ in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most):
        refusal(town, opened, "wrong1password", "198.51.100.1")
    with pytest.raises(Throttled):
        town.key(opened, client="198.51.100.1")
    with pytest.raises(Throttled):
        town.profile.delete(opened.account.id, PASSWORD, "198.51.100.1")
    assert town.key(opened), "and does not stop the owner"


def test_who_has_not_confirmed_makes_no_key(town: Any) -> None:
    opened = town.register()
    checked = list(town.hasher.checked)
    with pytest.raises(Forbidden, match="confirmed mail address"):
        town.key(opened)
    assert town.hasher.checked == checked, "nothing is hashed for a refusal"
    town.confirm(town.link(), opened.refresh_token)
    assert town.key(opened)


def test_a_log_in_that_ended_makes_no_key(town: Any) -> None:
    opened = town.confirmed()
    town.sessions.log_out(opened.refresh_token, everywhere=True)
    with pytest.raises(Unauthenticated):
        town.key(opened)


def test_an_account_that_is_gone_makes_no_key(town: Any) -> None:
    opened = town.confirmed()
    town.accounts.delete(opened.account.id)
    with pytest.raises(Unauthenticated):
        town.key(opened)


def test_an_account_has_so_many_keys(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "MOST_KEYS", 1)
    opened = town.confirmed()
    made = town.key(opened)
    assert refusal(town, opened).status == 409
    town.issuing.revoke(opened.account.id, made.entry.id)
    assert town.key(opened)
