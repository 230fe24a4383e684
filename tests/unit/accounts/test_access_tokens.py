import base64
import json
import time
from typing import Any, cast

import jwt
import pytest

from pixeltrack.accounts.access_tokens import AUDIENCE, ISSUER, AccessTokens
from pixeltrack.accounts.ports import LogIn
from pixeltrack.platform.identifiers import AccountId

SECRET, OLD_SECRET = "s" * 32, "o" * 32
TOKENS = AccessTokens([("k2", SECRET), ("k1", OLD_SECRET)])
ACCOUNT, FAMILY = (
    AccountId("00000000-0000-4000-8000-000000000001"),
    "00000000-0000-4000-8000-000000000002",
)
LOG_IN = LogIn(FAMILY, ACCOUNT)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": ACCOUNT, "sid": FAMILY, "iat": now}
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
    token = TOKENS.sign(ACCOUNT, FAMILY)
    assert TOKENS.log_in(token) == LogIn(FAMILY, ACCOUNT)
    told = jwt.decode(token, options={"verify_signature": False})
    assert told["exp"] - told["iat"] == 900
    assert told["sid"] == FAMILY
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "k2", "typ": "JWT"}


def test_the_test_makes_tokens_that_would_be_believed() -> None:
    assert TOKENS.log_in(made()) == LOG_IN


def test_keys_turn_without_logging_anybody_out() -> None:
    before = AccessTokens([("k1", OLD_SECRET)]).sign(ACCOUNT, FAMILY)
    after = AccessTokens([("k2", SECRET)])
    assert TOKENS.log_in(before) == LOG_IN
    assert after.log_in(before) is None
    assert after.log_in(TOKENS.sign(ACCOUNT, FAMILY)) == LOG_IN


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
        *(
            pytest.param(made(**cast("dict[str, Any]", {name: odd})), id=f"odd {name}: {odd!a}")
            for name in ("sub", "sid")
            for odd in ("", "account-1", FAMILY.upper() + "0", "\ud800", "\0", 7, [FAMILY])
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
    assert TOKENS.log_in(token) is None


def test_a_token_is_believed_until_it_expires() -> None:
    began = time.time()
    early = AccessTokens([("k2", SECRET)], now=lambda: began - 899)
    late = AccessTokens([("k2", SECRET)], now=lambda: began - 901)
    assert TOKENS.log_in(early.sign(ACCOUNT, FAMILY)) == LOG_IN
    assert TOKENS.log_in(late.sign(ACCOUNT, FAMILY)) is None
