"""Signatures are held to botocore's, which made them for AWS itself."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from infra_cdk.local.signatures import Keys, SignatureRefused, Signed, claim, sign

KEYS = Keys("LOCAL1", "geheim")
NOW = datetime(2026, 11, 28, 23, 58, 30, tzinfo=UTC)
INVOKE = "http://127.0.0.1:8082/2015-03-31/functions/echo/invocations"


def by_botocore(
    url: str = INVOKE,
    body: bytes = b"{}",
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    keys: Keys = KEYS,
    service: str = "lambda",
    region: str = "us-east-1",
    at: datetime = NOW,
) -> Signed:
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    with time_machine.travel(at, tick=False):
        SigV4Auth(Credentials(keys.id, keys.secret), service, region).add_auth(request)
    address = urlsplit(url)
    sent = [("host", address.netloc)]
    sent += [(name.lower(), value) for name, value in request.headers.items()]
    return Signed(method, address.path, address.query, tuple(sent))


def check(request: Signed, body: bytes = b"{}", *, keys: Keys = KEYS, now: datetime = NOW) -> None:
    claim(request, keys, "lambda", "us-east-1", now).check(keys, body)


def with_header(request: Signed, name: str, value: str) -> Signed:
    kept = [pair for pair in request.headers if pair[0] != name]
    return Signed(request.method, request.path, request.query, (*kept, (name, value)))


ODD_PATHS = [
    *("/", "//", "/a", "/a/", "/a//b", "/a/./b", "/a/../b", "/../a/", "/a/..", "/.", "/%2e%2e/a"),
    *("/a%20b", "/a%2Fb", "/%D0%BF", "/a+b", "/a~b", "/a:b", "/@connections/abc%3D", "/a;b", "/é"),
    "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aecho/invocations",
]
ODD_QUERIES = ["", "a", "a=", "a=1", "b=2&a=1", "a=2&a=1", "a=%20&a=+", "=", "&", "a&&b", "A=1&a=2"]


@pytest.mark.parametrize("path", ODD_PATHS)
@pytest.mark.parametrize("query", ODD_QUERIES)
def test_odd_paths_and_queries_are_botocores(path: str, query: str) -> None:
    check(by_botocore(f"http://127.0.0.1:8082{path}{'?' if query else ''}{query}"))


SEGMENT = st.text("abcAZ09._~-%:@+=!$'()*,;", max_size=6)


@given(
    path=st.lists(SEGMENT, max_size=5).map(lambda parts: "/" + "/".join(parts)),
    query=st.text("ab=&%2+", max_size=12),
    body=st.binary(max_size=40),
    value=st.text("ab \t,", max_size=8).map(lambda text: f"x{text}x"),
)
def test_whatever_botocore_signs_is_taken(path: str, query: str, body: bytes, value: str) -> None:
    url = f"http://127.0.0.1:8082/x{path}{'?' if query else ''}{query}"
    request = by_botocore(url, body, headers={"X-Amz-Odd": value})
    check(request, body)
    with pytest.raises(SignatureRefused):
        check(request, body + b" ")


@pytest.mark.parametrize("path", ODD_PATHS)
def test_what_is_signed_here_is_what_botocore_signs(path: str) -> None:
    theirs = by_botocore(f"http://127.0.0.1:8082{path}?b=1&a=2", headers={"Content-Type": "a"})
    bare = [pair for pair in theirs.headers if pair[0] not in {"x-amz-date", "authorization"}]
    ours = Signed("POST", theirs.path, theirs.query, tuple(bare))
    made = sign(ours, KEYS, "lambda", "us-east-1", body=b"{}", now=NOW)
    assert made == {name: theirs.one(name) for name in ("x-amz-date", "authorization")}


@pytest.mark.parametrize("minutes", [-4.9, 0, 4.9])
def test_a_signature_is_good_for_five_minutes(minutes: float) -> None:
    check(by_botocore(), now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 60 * 24])
def test_an_older_or_later_one_is_refused(minutes: float) -> None:
    with pytest.raises(SignatureRefused, match="5 minutes"):
        check(by_botocore(), now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "request_",
    [
        by_botocore(keys=Keys("LOCAL1", "another")),
        by_botocore(keys=Keys("LOCAL2", "geheim")),
        by_botocore(service="execute-api"),
        by_botocore(region="eu-west-1"),
        by_botocore(method="GET"),
        by_botocore(body=b'{"task": "minute"}'),
        by_botocore(INVOKE.replace("echo", "sites")),
        by_botocore(INVOKE + "?a=1"),
        by_botocore("http://localhost:8082/2015-03-31/functions/echo/invocations"),
    ],
)
def test_a_signature_for_something_else_is_refused(request_: Signed) -> None:
    mine = by_botocore()
    request = with_header(mine, "authorization", request_.one("authorization"))
    with pytest.raises(SignatureRefused):
        check(request)


@pytest.mark.parametrize("believed", ["UNSIGNED-PAYLOAD", "e3b0c44298fc1c149afbf4c8996fb924"])
def test_the_digest_of_the_body_is_computed_not_believed(believed: str) -> None:
    request = by_botocore(body=b"{}", headers={"X-Amz-Content-SHA256": believed})
    with pytest.raises(SignatureRefused, match="does not fit"):
        check(request, b"{}")


@pytest.mark.parametrize(
    "text",
    [
        *("", "Bearer x", "Basic TE9DQUwxOmdlaGVpbQ==", "AWS4-HMAC-SHA256", "AWS LOCAL1:sig"),
        "AWS4-HMAC-SHA256 Credential=LOCAL1/20261128/us-east-1/lambda/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 63,
        "AWS4-HMAC-SHA256 Credential=LOCAL1/20261128/us-east-1/lambda/aws4_request, "
        "SignedHeaders=x-amz-date, Signature=" + "0" * 64,
        "AWS4-HMAC-SHA256 Credential=LOCAL1/20261128/us-east-1/lambda/aws4_request, "
        "SignedHeaders=, Signature=" + "0" * 64,
        "AWS4-ECDSA-P256-SHA256 Credential=LOCAL1/20261128/us-east-1/lambda/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
    ],
)
def test_what_is_no_such_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureRefused):
        check(with_header(by_botocore(), "authorization", text))


@pytest.mark.parametrize("name", ["authorization", "x-amz-date"])
def test_what_is_needed_is_sent_once(name: str) -> None:
    request = by_botocore()
    none = tuple(pair for pair in request.headers if pair[0] != name)
    twice = (*request.headers, (name, request.one(name)))
    for headers in (none, twice):
        with pytest.raises(SignatureRefused):
            check(Signed(request.method, request.path, request.query, headers))


@pytest.mark.parametrize("date", ["", "now", "20261128T235830", "2026-11-28T23:58:30Z", "9" * 16])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(SignatureRefused):
        check(with_header(by_botocore(), "x-amz-date", date))


def test_a_header_added_on_the_way_changes_nothing_unless_aws_reads_it() -> None:
    check(with_header(by_botocore(), "accept", "*/*"))
    with pytest.raises(SignatureRefused, match="x-amz-"):
        check(with_header(by_botocore(), "x-amz-invocation-type", "Event"))


def test_keys_differ_each_time_and_are_for_their_user_alone(tmp_path: Path) -> None:
    first, second = Keys.made(), Keys.made()
    assert first.id != second.id
    assert first.secret != second.secret
    assert first.secret not in repr(first)
    path = tmp_path / "run" / "invoke.keys"
    first.write(path)
    second.write(path)
    assert Keys.read(path) == second
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["invoke.keys"]
