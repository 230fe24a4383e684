from typing import Any

import pytest

from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.errors import LogInRefused, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW = "anotherpassword1"


def change(town: Any, account: str, **changes: Any) -> Any:
    return town.profile.change(account, changes, CLIENT)


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
    assert refused_field(town.profile.delete, me, "wrong1password", CLIENT) == "password"
    town.profile.delete(me, PASSWORD, CLIENT)
    with pytest.raises(Unauthenticated):
        town.profile.show(me)
    with pytest.raises(LogInRefused):
        town.sessions.refresh(opened.refresh_token, CLIENT)


@pytest.mark.parametrize("revoke_keys", [True, False, None])
def test_a_new_password_leaves_keys_unless_they_are_to_go(
    town: Any, *, revoke_keys: bool | None
) -> None:
    opened = town.confirmed()
    key = town.key(opened)
    wanted = {} if revoke_keys is None else {"revoke_keys": revoke_keys}
    change(town, opened.account.id, password=NEW, current_password=PASSWORD, **wanted)
    kept = [] if revoke_keys else [key.entry]
    assert list(town.issuing.all(opened.account.id)) == kept


def test_the_owner_is_told_of_a_new_password(town: Any) -> None:
    me = town.confirmed().account.id
    change(town, me, name="Ann", revoke_keys=True)
    assert not town.mailer.sent
    change(town, me, password=NEW, current_password=PASSWORD)
    (told,) = town.mailer.sent
    assert (told.to, told.subject) == (EMAIL, "Your password was changed")
    assert NEW not in told.text


def test_whatever_ends_a_log_in_ends_its_access_token(town: Any) -> None:
    def ended(end: Any) -> tuple[bool, bool]:
        opened = town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
        me, family = opened.account.id, town.family(opened)
        before = town.sessions.is_live(me, family)
        end(opened)
        return before, town.sessions.is_live(me, family)

    def replay(opened: Any) -> None:
        town.sessions.refresh(opened.refresh_token, CLIENT)
        town.clock.pass_(seconds=11)
        with pytest.raises(LogInRefused):
            town.sessions.refresh(opened.refresh_token, CLIENT)

    town.confirmed()
    other = town.confirmed("bob@example.com")
    for end in (
        lambda opened: town.sessions.log_out(opened.refresh_token, everywhere=False),
        lambda opened: town.sessions.log_out(opened.refresh_token, everywhere=True),
        replay,
        lambda _opened: town.clock.pass_(days=30),
        lambda opened: change(
            town, opened.account.id, password=PASSWORD, current_password=PASSWORD
        ),
        lambda opened: town.profile.delete(opened.account.id, PASSWORD, CLIENT),
    ):
        assert ended(end) == (True, False)
    others = town.sessions.log_in("bob@example.com", PASSWORD, CLIENT)
    assert town.sessions.is_live(other.account.id, town.family(others))
    assert not town.sessions.is_live(AccountId("another"), town.family(others))


def test_a_new_password_is_not_the_address(town: Any) -> None:
    me = town.register("ann.smithson1@example.com").account.id
    wanted = {"password": "Ann.Smithson1", "current_password": PASSWORD}
    assert refused_field(change, town, me, **wanted) == "password"
    assert town.sessions.log_in("ann.smithson1@example.com", PASSWORD, CLIENT)
