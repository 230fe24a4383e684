import json
from collections.abc import Coroutine
from typing import Any

import pytest

from infra_cdk.local.emulator import gateway
from infra_cdk.local.emulator.gateway import Gate, Verdict
from infra_cdk.local.emulator.invocation import Ending, Outcome, failure
from infra_cdk.topology import Authorizer

SOURCES = ("$request.header.Authorization", "$request.querystring.site")


class Judge:
    """Returns what it is told to, and counts."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer = answer

    async def invoke(self, name: str, event: bytes, **_: Any) -> Outcome:
        assert name == "judge"
        self.asked.append(json.loads(event))
        if isinstance(self.answer, Outcome):
            return self.answer
        return Outcome(Ending.DONE, json.dumps(self.answer).encode())


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def at_once(coroutine: Coroutine[Any, Any, Verdict]) -> Verdict:
    try:
        coroutine.send(None)
    except StopIteration as end:
        verdict = end.value
        assert isinstance(verdict, Verdict)
        return verdict
    raise AssertionError("it waited")


def request(caller: str = "", site: str = "") -> dict[str, Any]:
    return {
        "routeKey": "GET /closed",
        "rawPath": "/closed",
        "headers": {"authorization": caller} if caller else {},
        "queryStringParameters": {"site": site},
        "requestContext": {
            "requestId": "r",
            "routeKey": "GET /closed",
            "http": {"method": "GET", "path": "/closed"},
        },
    }


def status(verdict: Verdict) -> int | None:
    return verdict.refusal.status_code if verdict.refusal else None


def test_a_caller_with_a_verdict_passes_with_its_context() -> None:
    gate = Gate(Authorizer("judge"), Judge({"isAuthorized": True, "context": {"who": "me"}}))

    verdict = at_once(gate.verdict(request("x")))

    assert verdict == Verdict({"who": "me"})


def test_a_refused_caller_gets_403() -> None:
    gate = Gate(Authorizer("judge"), Judge({"isAuthorized": False}))

    assert status(at_once(gate.verdict(request("x")))) == 403


def test_without_sources_it_is_asked_each_time_and_by_anyone() -> None:
    judge = Judge({"isAuthorized": True})
    gate = Gate(Authorizer("judge"), judge)

    for _ in range(3):
        assert status(at_once(gate.verdict(request()))) is None
    assert len(judge.asked) == 3


def test_a_missing_source_is_401_without_asking() -> None:
    judge = Judge({"isAuthorized": True})
    gate = Gate(Authorizer("judge", SOURCES, 60), judge)

    assert status(at_once(gate.verdict(request("x")))) == 401
    assert judge.asked == []


def test_verdicts_are_kept_by_sources_until_their_time() -> None:
    judge, clock = Judge({"isAuthorized": True}), Clock()
    gate = Gate(Authorizer("judge", SOURCES, 60), judge, now=clock)

    for caller, site in (("x", "1"), ("x", "1"), ("x", "2"), ("y", "1")):
        at_once(gate.verdict(request(caller, site)))
    assert [e["identitySource"] for e in judge.asked] == [["x", "1"], ["x", "2"], ["y", "1"]]

    clock.at = 59.9
    at_once(gate.verdict(request("x", "1")))
    assert len(judge.asked) == 3
    clock.at = 60.0
    at_once(gate.verdict(request("x", "1")))
    assert len(judge.asked) == 4


def test_refusals_are_kept_too_but_not_failures() -> None:
    judge = Judge(failure(Ending.ERROR, "E", "e"))
    gate = Gate(Authorizer("judge", SOURCES, 60), judge)

    assert status(at_once(gate.verdict(request("x", "1")))) == 500
    judge.answer = {"isAuthorized": False}
    assert status(at_once(gate.verdict(request("x", "1")))) == 403
    judge.answer = {"isAuthorized": True}
    assert status(at_once(gate.verdict(request("x", "1")))) == 403


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "MOST_VERDICTS", 2)
    judge = Judge({"isAuthorized": True})
    gate = Gate(Authorizer("judge", SOURCES, 60), judge)

    for site in ("1", "2", "3", "1"):
        at_once(gate.verdict(request("x", site)))

    assert len(judge.asked) == 4


@pytest.mark.parametrize("ending", [Ending.CRASHED, Ending.TIMED_OUT, Ending.THROTTLED])
def test_an_authorizer_that_is_away_is_503(ending: Ending) -> None:
    gate = Gate(Authorizer("judge"), Judge(failure(ending, "E", "e")))

    assert status(at_once(gate.verdict(request()))) == 503


@pytest.mark.parametrize("answer", [None, {}, {"isAuthorized": "yes"}, []])
def test_an_answer_of_another_shape_is_500(answer: Any) -> None:
    gate = Gate(Authorizer("judge"), Judge(answer))

    assert status(at_once(gate.verdict(request()))) == 500
