"""Nobody shuts the owner of an account out, and nobody guesses for ever."""

from collections.abc import Callable
from contextlib import suppress
from itertools import product
from typing import Any

from pixeltrack.accounts import throttles
from pixeltrack.accounts.devices import DEVICE_LIFETIME
from pixeltrack.platform.errors import LogInRefused, Refused, Throttled

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"
NEW, WRONG = "anotherpassword1", "wrong1password"
SPELLINGS = (EMAIL, "ANN@EXAMPLE.COM", "ａnn@example.com", "Ann@ｅxample.com")


def attackers() -> list[str]:
    return [f"198.51.100.{n}" for n in range(250)]


def is_throttled(run: Callable[..., Any], *values: Any) -> bool:
    """Tell whether a call is refused as one too many; a wrong password is not."""
    refusal = None
    with suppress(LogInRefused, Refused):
        try:
            run(*values)
        except Throttled as caught:
            refusal = caught
    assert refusal is None or 0 < refusal.retry_after_s <= 3600
    return refusal is not None


def guesses(town: Any, clients: list[str], email: str = EMAIL, device: str | None = None) -> int:
    """Guess from each address until it is refused; return how many guesses were looked at."""
    looked_at = 0
    for client in clients:
        while not is_throttled(town.sessions.log_in, email, WRONG, client, device):
            looked_at += 1
    return looked_at


def test_a_stranger_does_not_shut_the_owner_out(town: Any) -> None:
    town.register()
    assert guesses(town, ["198.51.100.1"]) == throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_strangers_at_many_addresses_have_a_limit_which_a_known_browser_has_not(town: Any) -> None:
    device = town.register().device_token
    assert guesses(town, attackers()) == throttles.PASSWORDS_OF_ACCOUNT.most
    assert is_throttled(town.sessions.log_in, EMAIL, PASSWORD, CLIENT)
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT, device)
    assert is_throttled(town.sessions.log_in, EMAIL, PASSWORD, CLIENT), "it forgives no stranger"
    town.clock.pass_(hours=1)
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_an_unknown_address_is_throttled_as_a_known_one(town: Any) -> None:
    town.register()
    for clients in (["198.51.100.1"], attackers()):
        town.clock.pass_(hours=2)
        counted = {guesses(town, clients, email) for email in (EMAIL, "nobody@example.com")}
        assert len(counted) == 1


def test_spellings_of_an_address_are_one_account_to_guess_at(town: Any) -> None:
    town.register()
    looked_at = sum(guesses(town, ["198.51.100.1"], email) for email in SPELLINGS)
    assert looked_at == throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most


def test_a_neighbour_at_the_owners_address_does_not_shut_a_known_browser_out(town: Any) -> None:
    device = town.register().device_token
    guesses(town, [CLIENT])
    assert is_throttled(town.sessions.log_in, EMAIL, PASSWORD, CLIENT)
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT, device)


def test_a_stolen_browser_cannot_guess_for_ever(town: Any) -> None:
    device = town.register().device_token
    looked_at = guesses(town, attackers(), device=device)
    assert looked_at == throttles.PASSWORDS_FROM_DEVICE.most
    assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT), "nor use up what strangers have"


def test_a_stolen_log_in_makes_itself_no_second_browser(town: Any) -> None:
    opened = town.register()
    looked_at = 0
    for _ in range(5):
        looked_at += guesses(town, attackers()[:3], device=opened.device_token)
        opened = town.sessions.refresh(opened.refresh_token, CLIENT)
    assert looked_at == throttles.PASSWORDS_FROM_DEVICE.most


def test_a_browser_is_known_to_one_account_and_one_password_for_a_time(town: Any) -> None:
    device = town.register().device_token
    other = town.register("bob@example.com")
    known, bob = (town.accounts.find_by_email(email) for email in (EMAIL, "bob@example.com"))
    name = town.sessions.known_device(device, known)
    assert name
    assert town.sessions.known_device(device, bob) is None
    assert town.sessions.known_device(device, None) is None
    assert town.sessions.known_device(other.device_token, bob) not in {None, name}
    town.clock.pass_(days=DEVICE_LIFETIME.days, seconds=-1)
    assert town.sessions.known_device(device, known) == name
    town.clock.pass_(seconds=1)
    assert town.sessions.known_device(device, known) is None


def test_a_forged_browser_is_a_stranger(town: Any) -> None:
    device = town.register().device_token
    known = town.accounts.find_by_email(EMAIL)
    name, until, signature = device.split(".")
    forged = [
        "",
        "..",
        "a.b.c",
        name,
        f"{name}.{until}.",
        f"{name}.{until}.{signature[:-1]}",
        f"{name}.{until}.{signature}=",
        f"{name}x.{until}.{signature}",
        f"{name}.{int(until) + 1}.{signature}",
        f"{name}.{until}.0.{signature}",
        f"{name}.1e99.{signature}",
        f"{name}.{until}.\udc80",
        "\udc80.\udc80.\udc80",
        "x" * 100_000,
        None,
    ]
    assert [town.sessions.known_device(text, known) for text in forged] == [None] * len(forged)


def test_another_password_makes_every_browser_a_stranger_but_the_one_it_was_set_in(
    town: Any,
) -> None:
    opened = town.register()
    changes = {"password": NEW, "current_password": PASSWORD}
    _, again = town.profile.change(opened.account.id, changes, CLIENT)
    known = town.accounts.find_by_email(EMAIL)
    assert town.sessions.known_device(opened.device_token, known) is None
    assert town.sessions.known_device(again.device_token, known)
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), "yetanother1password", CLIENT, revoke_keys=True)
    known = town.accounts.find_by_email(EMAIL)
    assert town.sessions.known_device(again.device_token, known) is None


def test_a_renewed_hash_leaves_the_browser_that_renewed_it_known(town: Any) -> None:
    town.register()
    town.hasher.version = 2
    device = town.sessions.log_in(EMAIL, PASSWORD, CLIENT).device_token
    assert town.sessions.known_device(device, town.accounts.find_by_email(EMAIL))


def test_who_could_not_log_in_any_more_can_after_a_reset(town: Any) -> None:
    town.register()
    guesses(town, [CLIENT, *attackers()])
    town.clock.pass_(minutes=15)
    assert is_throttled(town.sessions.log_in, EMAIL, PASSWORD, CLIENT)
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), NEW, CLIENT, revoke_keys=True)
    assert town.sessions.log_in(EMAIL, NEW, CLIENT)


def test_strangers_do_not_stop_the_owner_within_a_log_in(town: Any) -> None:
    me = town.register().account.id
    guesses(town, [CLIENT, *attackers()])
    town.profile.change(me, {"password": NEW, "current_password": PASSWORD}, CLIENT)
    town.profile.delete(me, NEW, CLIENT)


def test_strangers_do_not_stop_the_owner_from_making_a_key(town: Any) -> None:
    opened = town.confirmed()
    guesses(town, [CLIENT, *attackers()])
    assert town.key(opened)


def test_a_stolen_access_token_cannot_guess_the_password_nor_stop_the_owner(town: Any) -> None:
    me = town.register().account.id
    guessed = product(attackers(), range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most + 1))
    outcomes = [is_throttled(town.profile.delete, me, WRONG, client) for client, _ in guessed]
    assert outcomes.count(False) == throttles.PASSWORDS_OF_ACCOUNT.most
    town.clock.pass_(hours=1)
    for _ in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most):
        assert not is_throttled(town.profile.delete, me, WRONG, "198.51.100.1")
    assert is_throttled(town.profile.delete, me, PASSWORD, "198.51.100.1")
    town.profile.delete(me, PASSWORD, CLIENT)


def forgets(town: Any, clients: list[str], emails: tuple[str, ...] = SPELLINGS) -> None:
    for client, email in product(clients, emails):
        for _ in range(throttles.FORGOTTEN_FROM_ADDRESS.most):
            is_throttled(town.recovery.forgot, email, client)


def test_a_stranger_does_not_use_up_the_owners_mails(town: Any) -> None:
    town.register()
    town.mailer.sent.clear()
    forgets(town, ["198.51.100.1"])
    assert len(town.mailer.sent) == throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS.most
    town.recovery.forgot(EMAIL, CLIENT)
    assert len(town.mailer.sent) == throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS.most + 1


def test_a_mailbox_is_not_flooded_and_a_known_browser_gets_its_mail(town: Any) -> None:
    device = town.register().device_token
    town.mailer.sent.clear()
    forgets(town, attackers()[:20])
    assert len(town.mailer.sent) == throttles.FORGOTTEN_OF_ACCOUNT.most
    assert is_throttled(town.recovery.forgot, EMAIL, CLIENT)
    for _ in range(throttles.FORGOTTEN_FROM_DEVICE.most):
        town.recovery.forgot(EMAIL, CLIENT, device)
    assert is_throttled(town.recovery.forgot, EMAIL, CLIENT, device), "it cannot flood either"
    assert len(town.mailer.sent) < 25


def test_whoever_is_refused_a_mail_has_a_link_that_works(town: Any) -> None:
    town.register()
    forgets(town, attackers()[:20])
    link = town.link()
    town.clock.pass_(minutes=59)
    assert is_throttled(town.recovery.forgot, EMAIL, CLIENT)
    town.recovery.reset(link, NEW, CLIENT, revoke_keys=True)
    town.recovery.forgot(EMAIL, CLIENT)
    town.recovery.reset(town.link(), PASSWORD, CLIENT, revoke_keys=True)


def test_asking_for_confirmation_is_limited_by_address_and_mailbox(town: Any) -> None:
    me = town.register().account.id
    for _ in range(throttles.CONFIRMATIONS_OF_ACCOUNT_FROM_ADDRESS.most):
        town.registrar.ask_again(me, "198.51.100.1")
    assert is_throttled(town.registrar.ask_again, me, "198.51.100.1")
    town.registrar.ask_again(me, CLIENT)
    for client in attackers():
        is_throttled(town.registrar.ask_again, me, client)
    assert len(town.mailer.sent) == throttles.CONFIRMATIONS_TO_MAILBOX.most
    town.clock.pass_(hours=1)
    town.registrar.ask_again(me, CLIENT)


def test_registering_again_and_again_does_not_flood_a_mailbox(town: Any) -> None:
    for _ in range(throttles.CONFIRMATIONS_TO_MAILBOX.most + 5):
        town.profile.delete(town.register().account.id, PASSWORD, CLIENT)
    assert len(town.mailer.sent) == throttles.CONFIRMATIONS_TO_MAILBOX.most
    assert town.register(), "and stops nobody from registering"
