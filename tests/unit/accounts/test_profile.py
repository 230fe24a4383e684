from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.errors import LogInRefused, Refused, Throttled, Unauthenticated

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW = "anotherpassword1"


def change(town: Any, account: str, **changes: Any) -> Any:
    return town.profile.change(account, changes)


def refused_field(run: Any, *values: Any, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        run(*values, **changes)
    assert caught.value.status == 400
    return caught.value.errors[0].field


def test_what_is_left_out_stays(town: Any) -> None:
    me = town.register(name="Ann").account.id
    changed, opened = change(town, me, language=Language.RUSSIAN)
    assert (changed.name, changed.language, opened) == ("Ann", Language.RUSSIAN, None)
    assert town.profile.show(me) == changed
    change(town, me, name=None)
    assert town.profile.show(me).name is None


def test_a_new_password_ends_every_log_in_but_the_one_it_opens(town: Any) -> None:
    first = town.register()
    second = town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    _, opened = change(town, first.account.id, password=NEW, current_password=PASSWORD)
    for old in (first, second):
        with pytest.raises(LogInRefused):
            town.sessions.refresh(old.refresh_token, CLIENT)
    assert town.sessions.refresh(opened.refresh_token, CLIENT)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT)


def test_a_new_password_needs_the_old_one(town: Any) -> None:
    me = town.register().account.id
    assert refused_field(change, town, me, password=NEW) == "currentPassword"
    wrong = {"password": NEW, "current_password": "wrong1password"}
    assert refused_field(change, town, me, **wrong) == "currentPassword"
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_an_account_is_deleted_by_its_password(town: Any) -> None:
    opened = town.register()
    me = opened.account.id
    assert refused_field(town.profile.delete, me, "wrong1password") == "password"
    town.profile.delete(me, PASSWORD)
    with pytest.raises(Unauthenticated):
        town.profile.show(me)
    with pytest.raises(LogInRefused):
        town.sessions.refresh(opened.refresh_token, CLIENT)


def test_a_stolen_access_token_cannot_guess_the_password(town: Any) -> None:
    me = town.register().account.id
    for _ in range(throttles.PASSWORDS_OF_ACCOUNT.most):
        refused_field(town.profile.delete, me, "wrong1password")
    with pytest.raises(Throttled):
        town.profile.delete(me, PASSWORD)
