import base64
import json
import time
from typing import Any, cast

import jwt
import pytest

from pixeltrack.accounts.access_tokens import AUDIENCE, ISSUER, AccessTokens
from pixeltrack.platform.identifiers import AccountId

SECRET, OLD_SECRET = "s" * 32, "o" * 32
TOKENS = AccessTokens([("k2", SECRET), ("k1", OLD_SECRET)])
ACCOUNT = AccountId("account-1")


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": ACCOUNT, "sid": "f", "iat": now}
    whole |= {"exp": now + 60} | changes
    return {name: value for name, value in whole.items() if value is not None}


def made(
    *, secret: str = SECRET, kid: str | None = "k2", algorithm: str = "HS256", **changes: Any
) -> str:
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changes), secret, algorithm, headers=headers)


def unsigned(header: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims())}."


def test_a_token_says_whose_it_is_for_fifteen_minutes() -> None:
    token = TOKENS.sign(ACCOUNT, "family-1")
    assert TOKENS.account(token) == ACCOUNT
    told = jwt.decode(token, options={"verify_signature": False})
    assert told["exp"] - told["iat"] == 900
    assert told["sid"] == "family-1"
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "k2", "typ": "JWT"}


def test_the_test_makes_tokens_that_would_be_believed() -> None:
    assert TOKENS.account(made()) == ACCOUNT


def test_keys_turn_without_logging_anybody_out() -> None:
    before = AccessTokens([("k1", OLD_SECRET)]).sign(ACCOUNT, "f")
    after = AccessTokens([("k2", SECRET)])
    assert TOKENS.account(before) == ACCOUNT
    assert after.account(before) is None
    assert after.account(TOKENS.sign(ACCOUNT, "f")) == ACCOUNT


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(made(secret="x" * 32), id="forged"),
        pytest.param(made(secret=OLD_SECRET), id="signed with another key of ours"),
        pytest.param(made(exp=int(time.time()) - 1), id="expired"),
        pytest.param(made(aud="another-api"), id="wrong audience"),
        pytest.param(made(iss="another"), id="wrong issuer"),
        pytest.param(made(kid="k3"), id="unknown key"),
        pytest.param(made(kid=None), id="no key"),
        pytest.param(made(secret=SECRET * 2, algorithm="HS512"), id="another algorithm, forged"),
        pytest.param(jwt.encode(claims(), SECRET * 2, "HS512", {"kid": "k2"}), id="HS512"),
        pytest.param(unsigned({"alg": "none", "kid": "k2"}), id="alg none"),
        pytest.param(unsigned({"alg": "None", "kid": "k2"}), id="alg None"),
        pytest.param(unsigned({"kid": "k2"}), id="no algorithm"),
        pytest.param(unsigned({"alg": "HS256", "kid": ["k2"]}), id="key id is a list"),
        pytest.param(unsigned({"alg": "HS256", "kid": {"k2": 1}}), id="key id is an object"),
        *(
            pytest.param(made(**cast("dict[str, Any]", {name: None})), id=f"without {name}")
            for name in ("iss", "aud", "sub", "sid", "iat", "exp")
        ),
        pytest.param(made(sub=None) + "x", id="broken signature"),
        pytest.param("", id="nothing"),
        pytest.param("a.b.c", id="no base64"),
        pytest.param("...", id="dots"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param("x" * 100_000, id="long"),
    ],
)
def test_anything_wrong_makes_it_nobodys(token: str) -> None:
    assert TOKENS.account(token) is None


def test_a_token_is_believed_until_it_expires() -> None:
    began = time.time()
    early = AccessTokens([("k2", SECRET)], now=lambda: began - 899)
    late = AccessTokens([("k2", SECRET)], now=lambda: began - 901)
    assert TOKENS.account(early.sign(ACCOUNT, "f")) == ACCOUNT
    assert TOKENS.account(late.sign(ACCOUNT, "f")) is None
