"""Access tokens and API keys that nobody was given: forged, altered, worn out, in odd places."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from pixeltrack.accounts.access_tokens import AUDIENCE, ISSUER
from tests.attack.conftest import Effort
from tests.attack.door import Door, is_refusal
from tests.attack.people import Own, Person

CALLS = [("GET", "/auth/me"), ("GET", "/api/v1/sites"), ("POST", "/auth/me/confirmation")]


def part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def joined(header: Any, claims: Any, key: bytes, digest: str = "sha256") -> str:
    """Sign by hand what no library would."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key, text.encode(), digest))}"


class Forge:
    """What an attacker makes of a token, and what only the holder of the key could make."""

    def __init__(self, door: Door, person: Person) -> None:
        self.kid, _, secret = door.environ["PIXELTRACK_JWT_KEYS"].partition(",")[0].partition(":")
        self.key = secret.encode()
        self.token = person.session.token
        self.claims: dict[str, Any] = jwt.decode(self.token, options={"verify_signature": False})

    def header(self, **changes: Any) -> dict[str, Any]:
        return {"alg": "HS256", "typ": "JWT", "kid": self.kid} | changes

    def with_claims(self, **changes: Any) -> str:
        claims = {k: v for k, v in (self.claims | changes).items() if v is not ...}
        return joined(self.header(), claims, self.key)

    def forgeries(self, other: str) -> dict[str, str]:
        """Return tokens made without the key."""
        head, claims, signature = self.token.split(".")
        theirs = part(self.claims | {"sub": other})
        empty = hmac.digest(b"", f"{part(self.header(kid=''))}.{claims}".encode(), "sha256")
        return {
            **{
                f"alg {alg!r}": f"{part(self.header(alg=alg))}.{claims}."
                for alg in ("none", "None", "NONE", "nOnE", "", None, ["HS256"], {"HS256": 1})
            },
            **{
                f"alg {alg} signed": f"{part(self.header(alg=alg))}.{claims}.{signature}"
                for alg in ("none", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "dir")
            },
            **{
                f"kid {kid!r}": joined(self.header(kid=kid), self.claims, b"")
                for kid in (
                    *("", "other", "../../../dev/null", "/dev/null", "local\0", "' or 1=1 --"),
                    *(None, 0, 1.5, True, [], ["local"], {}, {"$ne": ""}, "x" * 5000, "__class__"),
                )
            },
            "no kid": joined({"alg": "HS256", "typ": "JWT"}, self.claims, b""),
            "signed with its own kid": joined(self.header(), self.claims, self.kid.encode()),
            "an empty key": f"{part(self.header(kid=''))}.{claims}.{part(empty)}",
            "another key": joined(self.header(), self.claims, b"f" * 64),
            "a key brought along": joined(
                self.header(
                    jwk={"kty": "oct", "k": part(b"f" * 64)}, jku="https://evil.example/keys"
                ),
                self.claims,
                b"f" * 64,
            ),
            "another's account": f"{head}.{theirs}.{signature}",
            "no signature": f"{head}.{claims}.",
            "two parts": f"{head}.{claims}",
            "four parts": f"{self.token}.{signature}",
            "five parts, as if encrypted": f"{head}.{claims}.{signature}.{claims}.{signature}",
            "a cut signature": self.token[:-2],
            "an empty header": f".{claims}.{signature}",
            "only dots": "..",
            "a header that is no JSON": f"{part(b'{')}.{claims}.{signature}",
            "a header that is a list": f"{part([])}.{claims}.{signature}",
            "a deep header": f"{part(b'[' * 900 + b']' * 900)}.{claims}.{signature}",
            "claims that are no object": joined(self.header(), [1], b"f"),
            "other letters": f"{head}.{claims}.é",
            "a huge token": f"{head}.{'A' * 30_000}.{signature}",
            "a nested token": joined(self.header(cty="JWT"), self.token, b"f"),
            "unsigned JSON": json.dumps({"protected": head, "payload": claims}).replace(" ", ""),
        }

    def worn(self) -> dict[str, str]:
        """Return tokens that are signed with the key, and must not be believed all the same."""
        now = int(time.time())
        head = self.header(kid=self.kid)
        return {
            "expired": self.with_claims(exp=now - 1),
            "expired long ago": self.with_claims(exp=0),
            "without end": self.with_claims(exp=...),
            "an end that is text": self.with_claims(exp="never"),
            "an end that is null": self.with_claims(exp=None),
            "not yet": self.with_claims(nbf=now + 3600),
            "issued in the future": self.with_claims(iat=now + 3600),
            "issued never": self.with_claims(iat=...),
            "another audience": self.with_claims(aud="another"),
            "no audience": self.with_claims(aud=...),
            "an audience that is a number": self.with_claims(aud=1),
            "another issuer": self.with_claims(iss="https://evil.example"),
            "no issuer": self.with_claims(iss=...),
            "no account": self.with_claims(sub=...),
            "an account that is a number": self.with_claims(sub=1),
            "an account that is a list": self.with_claims(sub=[self.claims["sub"]]),
            "no log-in": self.with_claims(sid=...),
            "HS512 with our key": joined(head | {"alg": "HS512"}, self.claims, self.key, "sha512"),
            "something critical": joined(head | {"crit": ["exp"], "exp": 1}, self.claims, self.key),
        }


@pytest.fixture(scope="module")
def forge(door: Door, person: Person) -> Forge:
    return Forge(door, person)


def refused(door: Door, authorization: str, why: str) -> None:
    for method, path in CALLS:
        answer = door.send(method, path, headers={"Authorization": authorization.encode()})
        assert answer.status_code == 401, f"{why}: {method} {path} answers {answer.status_code}"
        assert is_refusal(answer), why
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_token_itself_is_believed(door: Door, forge: Forge) -> None:
    again = jwt.encode(forge.claims, forge.key, "HS256", headers={"kid": forge.kid})
    assert (forge.claims["iss"], forge.claims["aud"]) == (ISSUER, AUDIENCE)
    for token in (forge.token, again, forge.with_claims()):
        answer = door.send("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.json()["id"] == forge.claims["sub"]


def test_no_forgery_is_believed(door: Door, forge: Forge, victim: Person) -> None:
    forgeries = forge.forgeries(victim.own(Own.ACCOUNT))
    assert len(forgeries) > 40
    for why, token in forgeries.items():
        refused(door, f"Bearer {token}", why)


def test_no_worn_or_odd_token_is_believed(door: Door, forge: Forge) -> None:
    for why, token in forge.worn().items():
        refused(door, f"Bearer {token}", why)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1e300},
        {"exp": 10**30},
        {"exp": True},
        {"iat": -1e300},
        {"sub": ""},
        {"sub": "x" * 5000},
        {"sub": "' or 1=1 --"},
        {"sub": "\0"},
        {"sub": "\ud800"},
        {"sid": {"$ne": ""}},
        {"sid": "\0"},
        {"sid": "nobody's"},
        {"aud": [AUDIENCE] * 1000},
    ],
    ids=lambda claims: str(claims)[:40],
)
def test_odd_claims_are_no_fault_of_ours(door: Door, forge: Forge, claims: Any) -> None:
    token = forge.with_claims(**claims)
    for method, path in CALLS:
        answer = door.send(method, path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, f"{claims}: {method} {path}: {answer.text}"


def test_no_change_of_a_letter_is_believed(door: Door, forge: Forge, effort: Effort) -> None:
    head, claims, signature = forge.token.split(".")
    whole = f"{head}.{claims}.{signature}"
    step = 1 if effort.is_long else 17
    # The last letter of base64 has bits that stand for nothing.
    for place in range(0, len(whole) - 1, step):
        instead = "A" if whole[place] != "A" else "B"
        changed = whole[:place] + instead + whole[place + 1 :]
        answer = door.send("GET", "/auth/me", headers={"Authorization": f"Bearer {changed}"})
        assert answer.status_code == 401, f"letter {place} of {len(whole)}"


def test_schemes_and_shapes_of_the_header(door: Door, person: Person) -> None:
    token, key = person.session.token, person.key["Authorization"].partition(" ")[2]
    for credentials in (token, key):
        for header in (
            credentials,
            f"Basic {credentials}",
            f"Token {credentials}",
            f"Bearer {credentials}, Bearer {credentials}",
            f"Bearer {credentials} {credentials}",
            f"Bearer Bearer {credentials}",
            f'Bearer "{credentials}"',
            f"Bearer\t{credentials}x",
            "Bearer",
            f"Bearer {credentials[:-1]}",
            f"Bearer {credentials}\u00e9",
            f"Bearer {credentials.upper()}",
            f"Bearer {credentials}%00",
        ):
            refused(door, header, header.replace(credentials, "…"))


def test_credentials_count_in_their_header_alone(door: Door, person: Person) -> None:
    token, key = person.session.token, person.key["Authorization"].partition(" ")[2]
    for text in (token, key):
        query = dict.fromkeys(("access_token", "token", "authorization", "key", "api_key"), text)
        cookies = "; ".join(f"{name}={text}" for name in ("token", "pixeltrack_refresh", "jwt"))
        headers = {
            "Cookie": cookies,
            "X-Api-Key": text,
            "X-Authorization": f"Bearer {text}",
            "X-Forwarded-Authorization": f"Bearer {text}",
            "Proxy-Authorization": f"Bearer {text}",
        }
        answer = door.send("GET", "/api/v1/sites", params=query, headers=headers)
        assert answer.status_code == 401


def test_two_headers_are_one_caller_or_none(door: Door, person: Person, victim: Person) -> None:
    tokens = [person.session.token, victim.session.token, "nonsense"]
    for first in tokens:
        for second in tokens:
            headers = [("Authorization", f"Bearer {t}") for t in (first, second)]
            answer = door.http.get("/auth/me", headers=headers)
            if first == second == "nonsense" or first != second:
                assert answer.status_code == 401, "two credentials are ambiguous"
            else:
                assert answer.status_code in {200, 401}


@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "HEAD", "PUT", "get", "GET ", "CONNECT", "PRI"])
def test_other_methods_open_nothing(door: Door, verb: str) -> None:
    for path in ("/auth/me", "/api/v1/sites", "/api/v1/keys"):
        request = f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answered = door.say(request.encode())
        assert b" 200 " not in answered.partition(b"\r\n")[0]
        assert b'"sites"' not in answered


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_header_changes_no_method(door: Door, somebody: Callable[[], Person], name: str) -> None:
    owner = somebody()
    path = f"/api/v1/sites/{owner.own(Own.SITE)}"
    headers = owner.bearer | {name: "DELETE"}
    door.send("GET", path, params={"_method": "DELETE"}, headers=headers)
    assert owner.get(path)["id"] == owner.own(Own.SITE)


def test_keys_of_the_right_shape_are_not_guessed(door: Door, person: Person) -> None:
    whole = person.key["Authorization"]
    digest = hashlib.sha256(whole.partition(" ")[2].encode()).hexdigest()
    for key in (
        f"ptk_{'A' * 43}",
        f"ptk_{digest[:43]}",
        f"ptk_{'_' * 43}",
        whole.partition(" ")[2] + "A",
        whole.partition(" ")[2].swapcase(),
        person.own(Own.KEY),
        person.own(Own.KEY_PREFIX),
    ):
        refused(door, f"Bearer {key}", key[:8])
