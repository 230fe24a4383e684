"""Requests that two servers could read differently: nobody's request hides within another's.

Each is written by hand. Whatever is refused ends the connection; whatever is taken is one request,
and the one that was hidden in it is never answered.
"""

from collections.abc import Mapping

import pytest

from tests.attack.door import Door, statuses

HIDDEN = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Hidden: 1\r\n\r\n"
FOUND = b'"openapi":"3.1.0"'
CHUNK = b"%x\r\n%s\r\n" % (len(HIDDEN), HIDDEN)


def post(*headers: bytes, body: bytes = b"", line: bytes = b"POST /track HTTP/1.1") -> bytes:
    """Write a request of these header lines."""
    return b"\r\n".join([line, b"Host: 127.0.0.1", *headers, b"", body])


ENDED = b"0\r\n\r\n" + HIDDEN
LENGTH = b"Content-Length: %d" % len(ENDED)
CHUNKED = b"Transfer-Encoding: chunked"

AMBIGUOUS: Mapping[str, bytes] = {
    "CL.TE": post(LENGTH, CHUNKED, body=ENDED),
    "TE.CL": post(CHUNKED, b"Content-Length: 4", body=CHUNK + b"0\r\n\r\n"),
    "CL.CL, the first longer": post(LENGTH, b"Content-Length: 5", body=ENDED),
    "CL.CL, the first shorter": post(b"Content-Length: 5", LENGTH, body=ENDED),
    "CL as a list": post(b"Content-Length: 5, %d" % len(ENDED), body=ENDED),
    "CL with a sign": post(b"Content-Length: +5", body=ENDED),
    "CL in hexadecimal": post(b"Content-Length: 0x5", body=ENDED),
    "CL with a blank within": post(b"Content-Length: 5 0", body=ENDED),
    "CL of nothing": post(b"Content-Length:", body=ENDED),
    "CL below zero": post(b"Content-Length: -1", body=ENDED),
    "CL beyond 64 bits": post(b"Content-Length: 18446744073709551621", body=ENDED),
    "CL with letters of Unicode": post("Content-Length: \u0665".encode(), body=ENDED),
    "TE twice": post(CHUNKED, b"Transfer-Encoding: identity", LENGTH, body=ENDED),
    "TE as a list": post(b"Transfer-Encoding: chunked, identity", LENGTH, body=ENDED),
    "TE unknown": post(b"Transfer-Encoding: xchunked", LENGTH, body=ENDED),
    "TE quoted": post(b'Transfer-Encoding: "chunked"', LENGTH, body=ENDED),
    "TE with a tab": post(b"Transfer-Encoding:\tchunked", LENGTH, body=ENDED),
    "TE with a vertical tab": post(b"Transfer-Encoding: \x0bchunked", LENGTH, body=ENDED),
    "TE with NUL": post(b"Transfer-Encoding: chunked\0", LENGTH, body=ENDED),
    "TE with a blank before the colon": post(b"Transfer-Encoding : chunked", LENGTH, body=ENDED),
    "TE folded": post(b"Transfer-Encoding:\r\n chunked", LENGTH, body=ENDED),
    "TE folded by a tab": post(b"X: 1\r\n\tTransfer-Encoding: chunked", LENGTH, body=ENDED),
    "TE behind a bare LF": post(b"X: 1\nTransfer-Encoding: chunked", LENGTH, body=ENDED),
    "TE behind a bare CR": post(b"X: 1\rTransfer-Encoding: chunked", LENGTH, body=ENDED),
    "TE in HTTP/1.0": post(CHUNKED, LENGTH, body=ENDED, line=b"POST /track HTTP/1.0"),
    "TE with a blank in front": post(b" Transfer-Encoding: chunked", LENGTH, body=ENDED),
    "TE by another name": post(b"Transfer_Encoding: chunked", LENGTH, body=ENDED),
    "a chunk with a sign": post(CHUNKED, body=b"+%s0\r\n\r\n" % CHUNK),
    "a chunk of 0x": post(CHUNKED, body=b"0x%s0\r\n\r\n" % CHUNK),
    "a chunk below zero": post(CHUNKED, body=b"-1\r\n" + ENDED),
    "a chunk beyond 64 bits": post(CHUNKED, body=b"1" + b"0" * 16 + b"\r\n" + ENDED),
    "a chunk ended by LF": post(CHUNKED, body=b"1\na\n0\n\n" + HIDDEN),
    "a chunk ended by CR": post(CHUNKED, body=b"1\ra\r0\r\r" + HIDDEN),
    "a chunk that is longer": post(CHUNKED, body=b"1\r\nabc\r\n" + ENDED),
    "a chunk with an extension": post(CHUNKED, body=b"1;a=\n\r\nb\r\n" + ENDED),
    "a header without a name": post(b": 1", LENGTH, body=ENDED),
    "a header without a colon": post(b"nonsense", LENGTH, body=ENDED),
    "a header with NUL": post(b"X\0: 1", LENGTH, body=ENDED),
    "a header with letters of Unicode": post("\uff38: 1".encode(), LENGTH, body=ENDED),
    "two hosts": post(b"Host: evil.example", LENGTH, body=ENDED),
    "a host with a path": post(LENGTH, body=ENDED).replace(
        b"127.0.0.1\r\n", b"127.0.0.1/evil\r\n", 1
    ),
    "a line of three blanks": post(LENGTH, body=ENDED, line=b"POST  /track  HTTP/1.1"),
    "a line with a tab": post(LENGTH, body=ENDED, line=b"POST\t/track\tHTTP/1.1"),
    "a line with NUL": post(LENGTH, body=ENDED, line=b"POST /track\0 HTTP/1.1"),
    "another version": post(LENGTH, body=ENDED, line=b"POST /track HTTP/1.9"),
    "a version of two digits": post(LENGTH, body=ENDED, line=b"POST /track HTTP/11.1"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "an upgrade to HTTP/2": post(
        b"Connection: Upgrade, HTTP2-Settings",
        b"Upgrade: h2c",
        b"HTTP2-Settings: AAMAAABk",
        LENGTH,
        body=ENDED,
    ),
    "a socket that is none": post(
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: x",
        LENGTH,
        body=ENDED,
    ),
}


@pytest.fixture(scope="module")
def answers(door: Door) -> Mapping[str, bytes]:
    """What is answered to each, on a connection of its own."""
    return dict(zip(AMBIGUOUS, door.say_all(AMBIGUOUS.values(), within_s=8), strict=True))


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_no_request_hides_in_another(answers: Mapping[str, bytes], kind: str) -> None:
    answered = answers[kind]
    assert FOUND not in answered, f"the hidden request was answered: {answered[:300]!r}"
    told = statuses(answered)
    assert len(told) <= 1, f"{len(told)} answers to one request"
    assert not [status for status in told if status >= 500], answered[:300]
    assert 204 not in told, "nothing of this is an event"


def test_the_hidden_request_would_be_seen(door: Door) -> None:
    assert FOUND in door.say(HIDDEN.replace(b"X-Hidden: 1", b"Connection: close"))
    two = post(b"Content-Length: 2", body=b"{}") + HIDDEN.replace(
        b"X-Hidden", b"Connection: close\r\nX"
    )
    assert statuses(door.say(two)) == [400, 200], "requests one after another are two"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "http://evil.example/auth/me",
            "http://127.0.0.1@evil.example/auth/me",
            "//evil.example/auth/me",
        ),
        *("/auth/me#x", "/auth//me", "/auth/./me", "/x/../auth/me", "/auth/me/", "/auth/me;x=1"),
        *(
            "/auth%2fme",
            "/%61uth/me",
            "/auth/me%00",
            "/auth/me%0d%0aX:%201",
            "/auth\\me",
            "*",
            "auth/me",
        ),
    ],
)
def test_odd_targets_open_nothing(door: Door, target: str) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answered = door.say(request.encode(), within_s=8)
    told = statuses(answered)
    assert len(told) <= 1
    assert not [status for status in told if status >= 500], answered[:300]
    assert b'"email"' not in answered
    assert b"\r\nX: 1" not in answered


def test_a_header_in_another_case_or_twice_is_no_other_client(door: Door) -> None:
    """Throttles go by the address that the nearest proxy saw, however it is written."""
    lines = [
        *("X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2", "X-Forwarded-For: ,,,"),
        *("X-Forwarded-For: " + "1.1.1.1, " * 2000 + "1.1.1.1", "X-Forwarded-For: \x7f"),
        *(
            "Forwarded: for=evil;host=evil",
            "X-Real-IP: 1.1.1.1",
            "X-Forwarded-For: 1.1.1.1:80, [::1]:9",
        ),
        *(
            "X-Forwarded-For: ' or 1=1 --",
            "X-Forwarded-For: fe80::1%eth0",
            "Cookie: a=b\r\nCookie: c=d",
        ),
    ]
    for line in lines:
        body = b'{"email":"nobody@pixeltrack.test","password":"x"}'
        request = post(
            line.encode("latin-1"),
            b"Content-Type: application/json",
            b"Content-Length: %d" % len(body),
            b"Connection: close",
            body=body,
            line=b"POST /auth/login HTTP/1.1",
        )
        told = statuses(door.say(request, within_s=15))
        assert told, line[:60]
        assert set(told) <= {400, 401, 429, 431}, f"{told} for {line[:60]}"
