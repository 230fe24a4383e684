"""How long a request may wait for an environment, and who is told to come again."""

import asyncio
from typing import Any

import pytest

from infra_cdk.local.emulator.environment import Call
from infra_cdk.local.emulator.functions import Functions
from infra_cdk.local.emulator.gateway import WAIT_S
from infra_cdk.local.emulator.invocation import Ending, Outcome, failure
from infra_cdk.local.emulator.payload import response
from infra_cdk.topology import TOPOLOGY, Function, Need, Topology, TopologyError


class Pool:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Call, float | None]] = []

    async def invoke(self, call: Call, wait_s: float | None) -> Outcome:
        self.asked.append((call, wait_s))
        return Outcome(Ending.DONE, b"{}")


def asked(name: str, wait_s: float | None) -> tuple[Call, float | None, float]:
    """Invoke a function of the page; return the call, the wait, and when it was."""
    pools: Any = {group: Pool() for group in TOPOLOGY.groups()}

    async def use() -> float:
        functions = Functions(TOPOLOGY, pools)
        await functions.invoke(name, b"{}", wait_s=wait_s)
        return asyncio.get_running_loop().time()

    now = asyncio.run(use())
    [(call, waits)] = pools[TOPOLOGY.function(name).group].asked
    return call, waits, now


def test_a_browser_is_answered_in_time_its_wait_included() -> None:
    call, wait_s, now = asked("collector", WAIT_S)
    assert wait_s == 3
    assert call.asked_at is not None
    assert call.left_s(call.asked_at) == TOPOLOGY.function("collector").timeout_s
    assert call.left_s(now + 3) <= TOPOLOGY.function("collector").timeout_s - 3


@pytest.mark.parametrize(("name", "wait_s"), [("reports", WAIT_S), ("collector", None)])
def test_the_wait_of_others_takes_nothing_from_them(name: str, wait_s: float | None) -> None:
    call, waits, now = asked(name, wait_s)
    assert (waits, call.asked_at) == (wait_s, None)
    assert call.left_s(now + 100) == TOPOLOGY.function(name).timeout_s


@pytest.mark.parametrize("ending", [Ending.THROTTLED, Ending.TIMED_OUT, Ending.CRASHED])
def test_the_gateways_own_refusals_say_when_to_come_again(ending: Ending) -> None:
    answer = response(failure(ending, "E", "text"))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("within_s", [1, 6])
def test_a_page_that_promises_too_much_is_refused(within_s: int) -> None:
    promising = Function("f", "f", (Need.CORE,), group="f", timeout_s=5, answers_within_s=within_s)
    with pytest.raises(TopologyError, match="answers_within_s"):
        Topology(functions=(promising,))
