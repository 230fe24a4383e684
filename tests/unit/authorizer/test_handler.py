import time
from typing import Any

import pytest

from functions.authorizer import handler as authorizer
from functions.authorizer import wiring
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.keys import api_key
from pixeltrack.accounts.ports import ApiKey
from pixeltrack.accounts.verdicts import Verdicts
from tests.fakes.accounts import FakeApiKeys
from tests.fakes.gateway import Context, http_event

KEY = api_key(bytes(32))
TOKENS = AccessTokens([("k1", "s" * 32)])


def authorize(monkeypatch: pytest.MonkeyPatch, keys: Any, ms: float = 10_000) -> dict[str, Any]:
    monkeypatch.setattr(wiring, "verdicts", lambda: Verdicts(keys, TOKENS))
    event = http_event("GET /api/v1/events", headers={"Authorization": f"Bearer {KEY}"})
    return authorizer.handler(event, Context(ms))


def test_every_caller_is_let_through_with_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = authorize(monkeypatch, FakeApiKeys({}))
    assert answer == {"isAuthorized": True, "context": {"kind": "invalid"}}


def test_a_store_that_hangs_is_away_before_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class HangingKeys:
        def find(self, _key_hash: bytes) -> ApiKey | None:
            ends = time.monotonic() + 5
            while time.monotonic() < ends:
                time.sleep(0.01)
            return None

    answer = authorize(monkeypatch, HangingKeys(), ms=650)
    assert answer == {"isAuthorized": True, "context": {"kind": "unavailable"}}
    logged = capsys.readouterr().out
    assert "request-1" in logged
    assert KEY not in logged
