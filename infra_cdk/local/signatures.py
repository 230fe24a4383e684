"""AWS Signature Version 4, made and checked, for the APIs of the local host that AWS signs.

Format: AWS IAM User Guide, "Create a signed AWS API request". The keys are made at each start of
the host and lie in a file that its user alone can read.
"""

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=5)
"""How far a signature's date may be from ours."""

_DATE = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[A-Za-z0-9]+)/(?P<scope>[a-z0-9/_-]+), ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureRefused(Exception):
    """A request is not signed, or not by the right keys; `code` is AWS's name of the fault."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key and its secret."""

    id: str
    secret: str = field(repr=False)

    @classmethod
    def made(cls) -> Self:
        """Make keys at random, in the shape of AWS's."""
        return cls(f"LOCAL{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the keys of a running host; raise `OSError` where there are none."""
        key, _, secret = path.read_text().partition(":")
        return cls(key, secret)

    def write(self, path: Path) -> None:
        """Write the keys for the tools of this user; the file appears whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{self.id}:{self.secret}")
        draft.replace(path)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as it was sent: `path` and `query` encoded, `headers` with names in lower case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """Return a header that is there exactly once; raise `SignatureRefused`."""
        found = [value for known, value in self.headers if known == name]
        if len(found) != 1:
            raise SignatureRefused("MissingAuthenticationTokenException", f"Send {name} once.")
        return found[0]


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature that fits all but the body, which may be long and so is read last."""

    request: Signed
    date: str
    scope: str
    names: tuple[str, ...]
    signature: str = ""

    def check(self, keys: Keys, body: bytes) -> None:
        """Raise `SignatureRefused` unless the keys made the signature for this body."""
        if not hmac.compare_digest(self.made(keys, body), self.signature):
            raise SignatureRefused("InvalidSignatureException", "The signature does not fit.")

    def made(self, keys: Keys, body: bytes) -> str:
        """Return the signature that keys make for this."""
        canonical = "\n".join(
            (
                self.request.method.upper(),
                _canonical_path(self.request.path),
                _canonical_query(self.request.query),
                *(f"{name}:{self._value(name)}" for name in self.names),
                "",
                ";".join(self.names),
                hashlib.sha256(body).hexdigest(),
            )
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = f"AWS4{keys.secret}".encode()
        for part in self.scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"{ALGORITHM}\n{self.date}\n{self.scope}\n{digest}"
        return hmac.digest(key, text.encode(), "sha256").hex()

    def _value(self, name: str) -> str:
        given = (value for known, value in self.request.headers if known == name)
        return ",".join(" ".join(value.split()) for value in given)


def claim(request: Signed, keys: Keys, service: str, region: str, now: datetime) -> Claim:
    """Return what a request claims; raise `SignatureRefused` before its body need be read."""
    found = _AUTHORIZATION.fullmatch(request.one("authorization"))
    if found is None:
        text = f"Authorization must be of {ALGORITHM}."
        raise SignatureRefused("IncompleteSignatureException", text)
    date, names = request.one("x-amz-date"), tuple(found["names"].split(";"))
    if abs(_instant(date) - now) > SKEW:
        text = f"The signature's date is more than {SKEW.seconds // 60} minutes from now."
        raise SignatureRefused("InvalidSignatureException", text)
    if found["scope"] != _scope(date, region, service):
        text = f"The credential must be for {region}/{service} on the signature's day."
        raise SignatureRefused("InvalidSignatureException", text)
    if not hmac.compare_digest(found["key"], keys.id):
        text = "The access key is not that of this start of the host."
        raise SignatureRefused("UnrecognizedClientException", text)
    sent = {name for name, _ in request.headers}
    needed = {"host"} | {name for name in sent if name.startswith("x-amz-")}
    if names != tuple(sorted(set(names))) or not needed <= set(names) <= sent:
        text = "SignedHeaders must name host and every x-amz- header, in order."
        raise SignatureRefused("InvalidSignatureException", text)
    return Claim(request, date, found["scope"], names, found["signature"])


def sign(
    request: Signed, keys: Keys, service: str, region: str, *, body: bytes, now: datetime
) -> dict[str, str]:
    """Return the headers that a request needs besides those it has, of which `Host` is one."""
    date = now.astimezone(UTC).strftime(_DATE)
    dated = replace(request, headers=(*request.headers, ("x-amz-date", date)))
    names = tuple(sorted({name for name, _ in dated.headers}))
    made = Claim(dated, date, _scope(date, region, service), names).made(keys, body)
    credential = f"{ALGORITHM} Credential={keys.id}/{_scope(date, region, service)}"
    text = f"{credential}, SignedHeaders={';'.join(names)}, Signature={made}"
    return {"x-amz-date": date, "authorization": text}


def _instant(date: str) -> datetime:
    try:
        return datetime.strptime(date, _DATE).replace(tzinfo=UTC)
    except ValueError:
        raise SignatureRefused("IncompleteSignatureException", "X-Amz-Date is no date.") from None


def _scope(date: str, region: str, service: str) -> str:
    return f"{date[:8]}/{region}/{service}/aws4_request"


def _canonical_path(path: str) -> str:
    """Return a path without dots and empty segments, encoded once more."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept[-1:] = []
        elif part not in {"", "."}:
            kept.append(part)
    end = "/" if path.endswith("/") and kept else ""
    return quote(f"/{'/'.join(kept)}{end}", safe="/~")


def _canonical_query(query: str) -> str:
    pairs = (part.partition("=") for part in query.split("&")) if query else ()
    return "&".join(f"{name}={value}" for name, value in sorted((n, v) for n, _, v in pairs))
