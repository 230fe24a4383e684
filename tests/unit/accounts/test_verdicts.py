import pytest

from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.keys import api_key, key_hash
from pixeltrack.accounts.ports import ApiKey
from pixeltrack.accounts.verdicts import Verdicts
from pixeltrack.platform.identifiers import AccountId
from tests.fakes.accounts import FakeApiKeys

KEY = api_key(bytes(range(32)))
TOKENS = AccessTokens([("k1", "s" * 32)])
OTHER = api_key(bytes(32))
KNOWN = ApiKey("key-1", AccountId("account-1"), frozenset({"sites:read", "events:read"}))


@pytest.fixture
def keys() -> FakeApiKeys:
    return FakeApiKeys({key_hash(KEY): KNOWN})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_live_key_is_its_account_with_its_scopes(keys: FakeApiKeys, scheme: str) -> None:
    assert Verdicts(keys, TOKENS).judge(f"{scheme} {KEY}") == {
        "kind": "key",
        "account": "account-1",
        "scopes": "events:read sites:read",
    }


def test_a_users_token_is_an_account_with_every_scope(keys: FakeApiKeys) -> None:
    keys.is_away = True
    account, family = (
        AccountId("00000000-0000-4000-8000-000000000002"),
        "00000000-0000-4000-8000-000000000001",
    )
    token = TOKENS.sign(account, family)
    verdict = {"kind": "user", "account": account, "scopes": "*", "logIn": family}
    assert Verdicts(keys, TOKENS).judge(f"Bearer {token}") == verdict


def test_a_forged_token_is_invalid(keys: FakeApiKeys) -> None:
    forged = AccessTokens([("k1", "t" * 32)]).sign(AccountId("account-2"), "family-1")
    assert Verdicts(keys, TOKENS).judge(f"Bearer {forged}") == {"kind": "invalid"}


@pytest.mark.parametrize("header", [None, ""])
def test_nobody_is_anonymous(keys: FakeApiKeys, header: str | None) -> None:
    assert Verdicts(keys, TOKENS).judge(header) == {"kind": "anonymous"}


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {OTHER}",
        f"Basic {KEY}",
        KEY,
        "Bearer",
        "Bearer ",
        f"Bearer {KEY}x",
        f"Bearer {KEY} {KEY}",
        f"Bearer {KEY[:-1]}",
        "Bearer ptk_\x00",
        "Bearer \ud800",
        "Bearer " + "x" * 100_000,
    ],
    ids=lambda header: ascii(header[:20]),
)
def test_what_is_no_live_key_is_invalid(keys: FakeApiKeys, header: str) -> None:
    assert Verdicts(keys, TOKENS).judge(header) == {"kind": "invalid"}


def test_a_store_that_is_away_is_said_so(keys: FakeApiKeys) -> None:
    keys.is_away = True
    assert Verdicts(keys, TOKENS).judge(f"Bearer {KEY}") == {"kind": "unavailable"}
