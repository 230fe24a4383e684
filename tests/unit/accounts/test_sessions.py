from typing import Any

import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.tokens import token_hash
from pixeltrack.platform.errors import LogInRefused, Throttled

EMAIL, PASSWORD, CLIENT = "ann@example.com", "goodpassword123", "203.0.113.9"


def refused(run: Any, *values: Any) -> str:
    with pytest.raises(LogInRefused) as caught:
        run(*values)
    return str(caught.value)


def test_a_log_in_opens_a_family_of_its_own(town: Any) -> None:
    registered = town.register()
    opened = town.sessions.log_in("ANN@example.com", PASSWORD, CLIENT)
    assert opened.account == registered.account
    assert town.access.log_in(opened.access_token).account == registered.account.id
    assert opened.refresh_token != registered.refresh_token


def test_no_refresh_token_is_stored_in_plain_text(town: Any) -> None:
    opened = town.register()
    renewed = town.sessions.refresh(opened.refresh_token, CLIENT)
    stored = set(town.log_ins.tokens)
    assert stored == {token_hash(opened.refresh_token), token_hash(renewed.refresh_token)}


def test_a_wrong_address_and_a_wrong_password_look_alike_and_cost_alike(town: Any) -> None:
    town.register()
    town.hasher.checked.clear()
    address = refused(town.sessions.log_in, "bob@example.com", PASSWORD, CLIENT)
    password = refused(town.sessions.log_in, EMAIL, "another1password", CLIENT)
    assert address == password
    assert town.hasher.checked == [None, f"v1:{PASSWORD}"]


def test_a_refresh_token_is_renewed_at_each_use(town: Any) -> None:
    opened = town.register()
    tokens = {opened.refresh_token}
    for _ in range(3):
        town.clock.pass_(minutes=14)
        opened = town.sessions.refresh(opened.refresh_token, CLIENT)
        tokens.add(opened.refresh_token)
    assert len(tokens) == 4


@pytest.mark.parametrize("later_s", [0, 5, 10])
def test_two_tabs_get_the_same_successor(town: Any, later_s: float) -> None:
    old = town.register().refresh_token
    first = town.sessions.refresh(old, CLIENT)
    town.clock.pass_(seconds=later_s)
    second = town.sessions.refresh(old, CLIENT)
    assert second.refresh_token == first.refresh_token
    assert town.sessions.refresh(first.refresh_token, CLIENT)


def test_a_token_used_again_later_ends_the_family(town: Any) -> None:
    other = town.register()
    stolen = town.sessions.log_in(EMAIL, PASSWORD, CLIENT).refresh_token
    newest = town.sessions.refresh(stolen, CLIENT).refresh_token
    town.clock.pass_(seconds=10.001)
    refused(town.sessions.refresh, stolen, CLIENT)
    refused(town.sessions.refresh, newest, CLIENT)
    assert town.sessions.refresh(other.refresh_token, CLIENT)


def test_a_second_use_within_the_grace_does_not_prolong_it(town: Any) -> None:
    old = town.register().refresh_token
    town.sessions.refresh(old, CLIENT)
    town.clock.pass_(seconds=9)
    town.sessions.refresh(old, CLIENT)
    town.clock.pass_(seconds=9)
    refused(town.sessions.refresh, old, CLIENT)


def test_a_log_in_lasts_thirty_days_from_its_last_use(town: Any) -> None:
    token = town.register().refresh_token
    for _ in range(3):
        town.clock.pass_(days=29)
        token = town.sessions.refresh(token, CLIENT).refresh_token
    town.clock.pass_(days=30)
    refused(town.sessions.refresh, token, CLIENT)


@pytest.mark.parametrize("token", [None, "", "unknown", "\udc80"])
def test_what_is_no_refresh_token_is_refused(town: Any, token: str | None) -> None:
    town.register()
    refused(town.sessions.refresh, token, CLIENT)


def test_the_log_in_of_a_deleted_account_is_over(town: Any) -> None:
    opened = town.register()
    del town.accounts.known[opened.account.id]
    refused(town.sessions.refresh, opened.refresh_token, CLIENT)


def test_logging_out_ends_one_log_in_or_all(town: Any) -> None:
    here, there = town.register(), town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    elsewhere = town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    town.sessions.log_out(here.refresh_token, everywhere=False)
    refused(town.sessions.refresh, here.refresh_token, CLIENT)
    there = town.sessions.refresh(there.refresh_token, CLIENT)
    town.sessions.log_out(there.refresh_token, everywhere=True)
    refused(town.sessions.refresh, there.refresh_token, CLIENT)
    refused(town.sessions.refresh, elsewhere.refresh_token, CLIENT)


def test_logging_out_without_a_log_in_is_harmless(town: Any) -> None:
    opened = town.register()
    town.sessions.log_out(None, everywhere=True)
    town.sessions.log_out("unknown", everywhere=True)
    assert town.sessions.refresh(opened.refresh_token, CLIENT)


def test_success_resets_the_accounts_counter(town: Any) -> None:
    town.register()
    for _ in range(3):
        for _ in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most - 1):
            refused(town.sessions.log_in, EMAIL, "wrong1password", CLIENT)
        assert town.sessions.log_in(EMAIL, PASSWORD, CLIENT)


def test_an_address_is_throttled_whatever_the_account(town: Any) -> None:
    for n in range(throttles.LOG_INS_FROM_ADDRESS.most):
        refused(town.sessions.log_in, f"a{n}@example.com", "wrong1password", CLIENT)
    with pytest.raises(Throttled):
        town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    refused(town.sessions.log_in, EMAIL, PASSWORD, "198.51.100.1")


def test_refreshes_are_throttled(town: Any) -> None:
    for _ in range(throttles.REFRESHES_FROM_ADDRESS.most):
        refused(town.sessions.refresh, None, CLIENT)
    with pytest.raises(Throttled):
        town.sessions.refresh(None, CLIENT)


def test_throttles_hold_neither_addresses_nor_mails(town: Any) -> None:
    town.register()
    refused(town.sessions.log_in, EMAIL, "wrong1password", CLIENT)
    assert town.throttles.windows
    for key in town.throttles.windows:
        assert len(key) == 32
        assert b"ann" not in key
        assert CLIENT.encode() not in key


def test_an_outdated_hash_is_renewed_at_the_next_log_in(town: Any) -> None:
    opened = town.register()
    town.hasher.version = 2
    town.sessions.log_in(EMAIL, PASSWORD, CLIENT)
    assert town.accounts.known[opened.account.id].password_hash == f"v2:{PASSWORD}"
    assert town.sessions.refresh(opened.refresh_token, CLIENT)


def test_what_is_printed_of_a_log_in_holds_no_token(town: Any) -> None:
    opened = town.register()
    assert opened.refresh_token not in repr(opened)
    assert opened.access_token not in repr(opened)
    assert opened.device_token not in repr(opened)
    assert "successors" not in repr(town.sessions)
    assert "devices" not in repr(town.sessions)
