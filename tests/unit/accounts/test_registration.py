from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.platform.errors import Forbidden, Refused, Throttled, Unauthenticated

EMAIL, CLIENT = "ann@example.com", "203.0.113.9"


def test_a_registered_person_is_logged_in_and_asked_to_confirm(town: Any) -> None:
    opened = town.register("Ann@Example.com", name="Ann", language=Language.RUSSIAN)
    assert opened.account.email == "Ann@Example.com"
    assert (opened.account.name, opened.account.language) == ("Ann", Language.RUSSIAN)
    assert opened.account.confirmed_at is None
    assert town.sessions.refresh(opened.refresh_token, CLIENT)
    (mail,) = town.mailer.sent
    assert mail.to == "Ann@Example.com"
    assert "https://stats.example/confirm?token=" in mail.text
    assert town.confirm(town.link(), opened.refresh_token).confirmed_at == town.clock.now


def test_an_address_is_taken_whatever_its_case(town: Any) -> None:
    town.confirmed()
    with pytest.raises(Refused) as caught:
        town.register("ANN@EXAMPLE.COM")
    assert caught.value.status == 409
    assert caught.value.errors[0].field == "email"
    assert not town.mailer.sent


@pytest.mark.parametrize("invitation", [{}, {"invitation": "unknown"}])
@pytest.mark.parametrize("mode", ["closed", "invite"])
def test_a_closed_door_makes_no_account(town: Any, mode: str, invitation: dict[str, str]) -> None:
    town.mode = mode
    with pytest.raises(Forbidden):
        town.register(**invitation)
    assert not town.accounts.known
    assert not town.mailer.sent


def invited(town: Any, email: str = EMAIL) -> str:
    town.mode = "open"
    host = town.confirmed("host@example.com").account
    town.mode = "invite"
    town.registrar.invite(host.id, email, Language.ENGLISH)
    assert town.mailer.sent[-1].to == email
    assert "/register?invitation=" in town.mailer.sent[-1].text
    return str(town.link())


def test_an_invitation_opens_the_door_once_and_confirms_the_address(town: Any) -> None:
    token = invited(town)
    opened = town.register("Ann@example.com", invitation=token)
    assert opened.account.confirmed_at == town.clock.now
    with pytest.raises(Forbidden):
        town.register("bob@example.com", invitation=token)
    with pytest.raises(Forbidden):
        town.register("ann@example.com", invitation=token)


def test_an_invitation_is_for_one_address(town: Any) -> None:
    token = invited(town)
    with pytest.raises(Forbidden):
        town.register("bob@example.com", invitation=token)
    assert town.register(EMAIL, invitation=token)


def test_an_invitation_works_for_seven_days(town: Any) -> None:
    token = invited(town)
    town.clock.pass_(days=7)
    with pytest.raises(Forbidden):
        town.register(EMAIL, invitation=token)


def test_an_invitation_of_another_does_not_confirm_an_address(town: Any) -> None:
    token = invited(town)
    town.mode = "open"
    assert town.register("bob@example.com", invitation=token).account.confirmed_at is None


def test_an_account_that_is_gone_invites_nobody(town: Any) -> None:
    gone = town.register().account.id
    town.accounts.delete(gone)
    town.mailer.sent.clear()
    with pytest.raises(Unauthenticated):
        town.registrar.invite(gone, "bob@example.com", Language.ENGLISH)
    assert not town.mailer.sent


def test_a_mail_that_cannot_go_out_does_not_undo_the_account(
    town: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    town.mailer.is_away = True
    assert town.register()
    assert EMAIL not in capsys.readouterr().out


def test_registrations_and_invitations_are_throttled(town: Any) -> None:
    host = town.confirmed("host@example.com").account
    for n in range(throttles.REGISTRATIONS_FROM_ADDRESS.most - 1):
        town.register(f"a{n}@example.com")
    with pytest.raises(Throttled):
        town.register()
    for n in range(throttles.INVITATIONS_OF_ACCOUNT.most):
        town.registrar.invite(host.id, f"b{n}@example.com", Language.ENGLISH)
    with pytest.raises(Throttled):
        town.registrar.invite(host.id, EMAIL, Language.ENGLISH)


def test_another_link_confirms_the_address_too(town: Any) -> None:
    opened = town.register(language=Language.RUSSIAN)
    first = town.link()
    town.registrar.ask_again(opened.account.id, CLIENT)
    assert [mail.to for mail in town.mailer.sent] == [EMAIL, EMAIL]
    assert town.mailer.sent[1].subject == town.mailer.sent[0].subject
    assert town.link() != first
    assert town.confirm(town.link(), opened.refresh_token).confirmed_at == town.clock.now


def test_who_has_confirmed_gets_no_other_link(town: Any) -> None:
    town.registrar.ask_again(town.confirmed().account.id, CLIENT)
    assert not town.mailer.sent


def test_an_account_that_is_gone_gets_no_other_link(town: Any) -> None:
    gone = town.register().account.id
    town.accounts.delete(gone)
    with pytest.raises(Unauthenticated):
        town.registrar.ask_again(gone, CLIENT)
    assert len(town.mailer.sent) == 1


def test_who_has_not_confirmed_invites_nobody(town: Any) -> None:
    host = town.register("host@example.com").account.id
    town.mailer.sent.clear()
    with pytest.raises(Forbidden, match="confirmed mail address"):
        town.registrar.invite(host, EMAIL, Language.ENGLISH)
    assert not town.mailer.sent
    assert not town.invitations.emails


def test_an_address_gets_a_few_invitations_a_day_whoever_sends_them(town: Any) -> None:
    most = throttles.INVITATIONS_TO_ADDRESS.most
    hosts = [town.confirmed(f"host{n}@example.com").account.id for n in range(most + 1)]
    for n, host in enumerate(hosts[:-1]):
        town.registrar.invite(host, EMAIL.upper() if n % 2 else EMAIL, Language.ENGLISH)
    for _ in range(2):
        with pytest.raises(Throttled):
            town.registrar.invite(hosts[-1], "Ann@Example.com", Language.ENGLISH)
    assert len(town.mailer.sent) == most
    town.registrar.invite(hosts[-1], "bob@example.com", Language.ENGLISH)
    town.clock.pass_(days=1)
    town.registrar.invite(hosts[-1], EMAIL, Language.ENGLISH)
    assert len(town.mailer.sent) == most + 2


def test_who_was_just_invited_gets_no_second_mail_of_the_same_person(town: Any) -> None:
    host = town.confirmed("host@example.com").account.id
    for email in (EMAIL, EMAIL.upper(), EMAIL):
        town.registrar.invite(host, email, Language.ENGLISH)
    assert [mail.to for mail in town.mailer.sent] == [EMAIL]
    assert town.register(invitation=town.link()).account.confirmed_at is not None
    town.clock.pass_(hours=1)
    town.registrar.invite(host, EMAIL, Language.ENGLISH)
    assert len(town.mailer.sent) == 2


def test_an_invitation_is_for_its_address_however_it_is_spelled(town: Any) -> None:
    token = invited(town, "Иван@почта.рф")
    opened = town.register("ИВАН@xn--80a1acny.xn--p1ai", invitation=token)
    assert opened.account.email == "Иван@почта.рф", "mails go where the invitation arrived"


@pytest.mark.parametrize(
    "password", ["Bob.Smithson1", "bobsmithson1!", "bob.smithson1@EXAMPLE.com"]
)
def test_a_password_is_not_the_address(town: Any, password: str) -> None:
    with pytest.raises(Refused) as caught:
        town.register("bob.smithson1@example.com", password=password)
    assert (caught.value.status, caught.value.errors[0].field) == (400, "password")
    assert not town.accounts.known
