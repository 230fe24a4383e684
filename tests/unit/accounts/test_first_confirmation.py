"""Whoever registers an address first need not be whom it belongs to."""

from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.tokens import Purpose, token_hash
from pixeltrack.platform.errors import LogInRefused, Refused, Throttled

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW = "anotherpassword1"


class Squatter:
    """Registers somebody else's address and leaves what may be of use later."""

    def __init__(self, town: Any) -> None:
        self.town = town
        self.opened = town.register()
        self.account = self.opened.account.id
        self.link = town.link()
        self.second = town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
        town.keys.add(self.account, "", name="x", prefix="ptk_", key_hash=b"k", scopes=frozenset())
        until = town.clock.now.replace(year=2027)
        town.invitations.add(b"i", "c@example.com", self.account, until=until, now=town.clock.now)
        town.one_time_tokens.add(
            token_hash("reset"), Purpose.RESET, self.account, until=until, now=town.clock.now
        )

    def has_nothing_left(self) -> bool:
        for opened in (self.opened, self.second):
            assert not self.town.sessions.is_live(self.account, self.town.family(opened))
            with pytest.raises(LogInRefused):
                self.town.sessions.refresh(opened.refresh_token, CLIENT)
        with pytest.raises(LogInRefused):
            self.town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
        with pytest.raises(Refused):
            self.town.recovery.reset("reset", PASSWORD, CLIENT, revoke_keys=False)
        assert not self.town.issuing.all(self.account)
        assert not self.town.invitations.emails
        return True


@pytest.fixture
def squatter(town: Any) -> Squatter:
    town.keys.may_issue = lambda _account, _log_in: True
    return Squatter(town)


def asked_for(run: Any) -> str:
    with pytest.raises(Refused) as caught:
        run()
    assert caught.value.status == 400
    return str(caught.value.errors[0].field)


def test_a_browser_that_is_not_logged_in_chooses_the_password(
    town: Any, squatter: Squatter
) -> None:
    assert asked_for(lambda: town.confirm(squatter.link)) == "password"
    assert town.accounts.find(squatter.account).account.confirmed_at is None
    assert town.confirm(squatter.link, None, NEW).confirmed_at == town.clock.now
    assert squatter.has_nothing_left()
    assert town.sessions.log_in(EMAIL, NEW, CLIENT)


def test_a_log_in_of_another_account_proves_nothing(town: Any, squatter: Squatter) -> None:
    town.mailer.sent.clear()
    other = town.confirmed("bob@example.com")
    foreign = other.refresh_token
    assert asked_for(lambda: town.confirm(squatter.link, foreign)) == "password"
    assert asked_for(lambda: town.confirm(squatter.link, "unknown")) == "password"
    town.confirm(squatter.link, foreign, NEW)
    assert squatter.has_nothing_left()
    assert town.sessions.refresh(foreign, CLIENT).account.id == other.account.id


def test_a_log_in_that_has_ended_proves_nothing(town: Any, squatter: Squatter) -> None:
    town.sessions.log_out(squatter.opened.refresh_token, everywhere=False)
    ended = squatter.opened.refresh_token
    assert asked_for(lambda: town.confirm(squatter.link, ended)) == "password"


def test_a_refresh_token_that_was_used_long_ago_proves_nothing(
    town: Any, squatter: Squatter
) -> None:
    old = squatter.opened.refresh_token
    town.sessions.refresh(old, CLIENT)
    town.clock.pass_(seconds=11)
    assert asked_for(lambda: town.confirm(squatter.link, old)) == "password"


def test_who_registered_confirms_in_the_same_browser_and_stays_logged_in(town: Any) -> None:
    opened = town.register()
    town.confirm(town.link(), opened.refresh_token)
    assert town.sessions.is_live(opened.account.id, town.family(opened))
    assert town.sessions.refresh(opened.refresh_token, CLIENT)
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_the_log_in_that_confirms_is_the_only_one_left(town: Any, squatter: Squatter) -> None:
    own = town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    town.confirm(squatter.link, own.refresh_token)
    assert town.sessions.is_live(squatter.account, town.family(own))
    for opened in (squatter.opened, squatter.second):
        assert not town.sessions.is_live(squatter.account, town.family(opened))
    assert not town.issuing.all(squatter.account)
    assert not town.invitations.emails


def test_a_password_repeated_in_another_browser_is_kept(town: Any) -> None:
    opened = town.register()
    town.confirm(town.link(), None, PASSWORD)
    assert not town.sessions.is_live(opened.account.id, town.family(opened))
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_a_reset_confirms_and_ends_what_was_before(town: Any, squatter: Squatter) -> None:
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), NEW, CLIENT, revoke_keys=False)
    assert town.accounts.find(squatter.account).account.confirmed_at == town.clock.now
    assert squatter.has_nothing_left()
    assert asked_for(lambda: town.confirm(squatter.link)) == "token"


def test_only_the_first_confirmation_ends_anything(town: Any) -> None:
    opened = town.register()
    town.registrar.ask_again(opened.account.id, CLIENT)
    again = town.link()
    town.registrar.ask_again(opened.account.id, CLIENT)
    town.confirm(town.link(), opened.refresh_token)
    assert asked_for(lambda: town.confirm(again)) == "token"
    until = town.clock.now.replace(year=2027)
    late = token_hash("late")
    town.one_time_tokens.add(
        late, Purpose.CONFIRM, opened.account.id, until=until, now=town.clock.now
    )
    key = town.key(opened)
    made = town.hasher.made
    town.confirm("late", None, NEW)
    assert town.hasher.made == made
    assert list(town.issuing.all(opened.account.id)) == [key.entry]
    assert town.sessions.refresh(opened.refresh_token, CLIENT)
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_who_registers_a_squatted_address_gets_a_link_to_take_it_over(
    town: Any, squatter: Squatter
) -> None:
    town.mailer.sent.clear()
    made = town.hasher.made
    with pytest.raises(Refused) as caught:
        town.register("ANN@example.com", password=NEW, language=Language.RUSSIAN)
    assert caught.value.status == 409
    assert town.hasher.made == made
    (mail,) = town.mailer.sent
    assert mail.to == EMAIL
    town.confirm(town.link(), None, NEW)
    assert squatter.has_nothing_left()


def test_registering_an_address_again_is_no_way_to_flood_it(town: Any) -> None:
    owner = town.register().account.id
    for _ in range(throttles.CONFIRMATIONS_TO_MAILBOX.most + 3):
        with pytest.raises(Refused):
            town.register("Ann@Example.com")
    assert len(town.mailer.sent) == throttles.CONFIRMATIONS_TO_MAILBOX.most
    with pytest.raises(Throttled):
        town.registrar.ask_again(owner, CLIENT)


def test_no_link_sets_a_password_made_of_the_address(town: Any) -> None:
    email = "ann.smithson1@example.com"
    town.register(email)
    confirmation = town.link()
    town.recovery.forgot(email, CLIENT)
    made = town.hasher.made
    own = "Ann.Smithson1"
    assert asked_for(lambda: town.confirm(confirmation, None, own)) == "password"
    assert (
        asked_for(lambda: town.recovery.reset(town.link(), own, CLIENT, revoke_keys=True))
        == "password"
    )
    assert town.hasher.made == made
    assert town.confirm(confirmation, None, NEW), "the link is still good"


def test_who_takes_an_address_over_logs_in_whatever_strangers_tried(
    town: Any, squatter: Squatter
) -> None:
    for n in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most):
        with pytest.raises(LogInRefused):
            town.sessions.log_in(EMAIL, f"wrong{n}password", CLIENT)
    with pytest.raises(Throttled):
        town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    town.confirm(squatter.link, None, NEW)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT)
