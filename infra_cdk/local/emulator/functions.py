"""The functions of this machine by name, and the environments of each process group."""

import asyncio
import logging
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from infra_cdk.local.emulator.environment import Call, Environment, Launch
from infra_cdk.local.emulator.invocation import Ending, Outcome, failure
from infra_cdk.topology import Topology

log = logging.getLogger(__name__)


FIRST_DELAY_S = 0.1
LONGEST_DELAY_S = 30.0
STABLE_S = 10.0
"""A process that ran this long starts its back-off anew."""
IDLE_S = 60.0
"""An environment that is not always kept ends after this long without work."""
GRACE_S = 5.0
ANSWER_S = 1.0
"""How long a function has at least that must answer in time, once it has an environment."""


class State(StrEnum):
    """What an environment is doing."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    WAITING = "waiting to restart"
    ENDED = "ended"


_UP = (State.IDLE, State.BUSY)


@dataclass(slots=True)
class Slot:
    """A place for one environment of a group, and its history."""

    number: int
    state: State = State.ENDED
    environment: Environment | None = None
    restarts: int = 0
    since: float = field(default_factory=time.time)

    def turn(self, state: State) -> None:
        """Change state; `since` is when an environment last started or stopped being up."""
        if {state, self.state} != {State.IDLE, State.BUSY}:
            self.since = time.time()
        self.state = state


@dataclass(eq=False, slots=True)
class _Waiter:
    """A call that waits for an environment, or for an outcome in place of one."""

    caller: str | None
    result: "asyncio.Future[Slot | Outcome]"


class Pool:
    """Up to `size` environments: the first `kept` are always up, the others while there is work.

    One caller has at most `per_caller` of them at once, and at most `most_waiting` calls wait;
    `new_reader` creates the reader for the output of one process.
    """

    def __init__(
        self,
        group: str,
        launch: Launch,
        *,
        size: int,
        kept: int,
        per_caller: int | None = None,
        most_waiting: int | None = None,
        new_reader: Callable[[], Callable[[bytes], None]],
    ) -> None:
        self.group = group
        self._kept = kept
        self._per_caller = per_caller
        self._most_waiting = most_waiting
        self.slots = [Slot(number) for number in range(size)]
        self._launch = launch
        self._new_reader = new_reader
        self._idle: list[Slot] = []
        self._waiting: deque[_Waiter] = deque()
        self._running: Counter[str] = Counter()
        self._keepers: dict[int, asyncio.Task[None]] = {}
        self._is_stopping = False

    @property
    def wanted(self) -> int:
        """Return how many environments should always be up."""
        return self._kept

    @property
    def up(self) -> int:
        """Return how many environments are up, those past `wanted` too."""
        return sum(slot.state in _UP for slot in self.slots)

    @property
    def is_ready(self) -> bool:
        """Whether every environment that should be up is."""
        return all(slot.state in _UP for slot in self.slots[: self._kept])

    def start(self) -> None:
        """Start what must be there before the first call."""
        for slot in self.slots[: self._kept]:
            self._keep(slot)

    async def invoke(self, call: Call, wait_s: float | None) -> Outcome:
        """Run in the next free environment; calls wait in order, at most `wait_s` seconds.

        A call that would wait behind `most_waiting` others is throttled at once.
        A call that waits because its caller has its share lets those of others pass.
        """
        got = self._take(call.caller) or await self._next_free(call.caller, wait_s)
        if isinstance(got, Outcome):
            return got
        environment = got.environment
        if environment is None:  # it died before it got here
            self._end(call.caller)
            return failure(Ending.CRASHED, "Runtime.ExitError", "Runtime exited")
        got.state = State.BUSY
        try:
            outcome = await environment.invoke(call)
        finally:
            self._end(call.caller)
        if not environment.exited.done():
            self._release(got, is_sound=outcome.is_done)
        return outcome

    async def stop(self) -> None:
        """Let running invocations finish within the grace time, then end every environment."""
        self._is_stopping = True
        for waiter in tuple(self._waiting):
            self._settle(waiter, _throttled())
        keepers = list(self._keepers.values())
        for slot in self.slots:
            if slot.environment is not None:
                slot.environment.close_when_idle(GRACE_S)
            elif slot.number in self._keepers:
                self._keepers[slot.number].cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    def _may_run(self, caller: str | None) -> bool:
        return (
            caller is None or self._per_caller is None or self._running[caller] < self._per_caller
        )

    def _take(self, caller: str | None) -> Slot | None:
        """Take a free environment for a caller, where there is one that it may have."""
        if not self._idle or not self._may_run(caller):
            return None
        if caller is not None:
            self._running[caller] += 1
        return self._idle.pop()

    def _end(self, caller: str | None) -> None:
        """Note that a call ended, which may free its caller to have another."""
        if caller is not None:
            self._running[caller] -= 1
            if not self._running[caller]:
                del self._running[caller]
            self._serve_waiting()

    def _release(self, slot: Slot, *, is_sound: bool = True) -> None:
        """Take an environment back: the next call gets it, but where its last one failed.

        So what is wrong with one environment alone does not fail every try.
        """
        slot.turn(State.IDLE)
        self._idle.insert(len(self._idle) if is_sound else 0, slot)
        self._serve_waiting()

    def _serve_waiting(self) -> None:
        for waiter in tuple(self._waiting):
            if not self._idle:
                return
            if not waiter.result.done() and (slot := self._take(waiter.caller)):
                self._settle(waiter, slot)

    async def _next_free(self, caller: str | None, wait_s: float | None) -> Slot | Outcome:
        is_full = self._most_waiting is not None and len(self._waiting) >= self._most_waiting
        if self._is_stopping or is_full:
            return _throttled()
        if self._may_run(caller):
            self._start_another()
        loop = asyncio.get_running_loop()
        waiter = _Waiter(caller, loop.create_future())
        self._waiting.append(waiter)
        timer = None
        if wait_s is not None:
            timer = loop.call_later(wait_s, self._settle, waiter, _throttled())
        try:
            return await waiter.result
        finally:
            if timer is not None:
                timer.cancel()
            if waiter in self._waiting:  # its caller gave up
                self._waiting.remove(waiter)

    def _settle(self, waiter: _Waiter, result: Slot | Outcome) -> None:
        if not waiter.result.done():
            self._waiting.remove(waiter)
            waiter.result.set_result(result)

    def _start_another(self) -> None:
        for slot in self.slots:
            if slot.number not in self._keepers:
                self._keep(slot)
                return

    def _keep(self, slot: Slot) -> None:
        self._keepers[slot.number] = asyncio.create_task(self._supervise(slot))

    async def _supervise(self, slot: Slot) -> None:
        """Keep an environment in this slot; past those that are kept, while there is work."""
        delay_s = FIRST_DELAY_S
        try:
            while True:
                how, is_stable = await self._live(slot)
                if self._is_stopping or not (slot.number < self._kept or self._waiting):
                    break
                delay_s = FIRST_DELAY_S if is_stable else delay_s
                slot.restarts += 1
                slot.turn(State.WAITING)
                log.warning("%s; next start in %.1f s", how, delay_s)
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, LONGEST_DELAY_S)
        finally:
            del self._keepers[slot.number]
            slot.turn(State.ENDED)

    async def _live(self, slot: Slot) -> tuple[str, bool]:
        """Run one process from start to end; return how it ended and whether it was stable."""
        slot.turn(State.STARTING)
        name = f"{self.group} environment {slot.number}"
        try:
            environment = await Environment.started(self._launch, self._new_reader())
        except OSError as error:
            return f"{name} did not start: {error}", False
        slot.environment = environment
        await self._first_call(slot, environment)
        began = time.monotonic()
        if slot.number >= self._kept:
            await self._until_long_idle(slot, environment)
        status = await environment.exited
        slot.environment = None
        if slot in self._idle:
            self._idle.remove(slot)
        end = f"signal {-status}" if status < 0 else f"status {status}"
        is_stable = environment.was_killed_at_deadline or time.monotonic() - began > STABLE_S
        return f"{name} (pid {environment.pid}) ended with {end}", is_stable

    async def _first_call(self, slot: Slot, environment: Environment) -> None:
        """Wait for the imports; one that fails answers a waiting call, as in Lambda."""
        ready = await environment.ready
        if ready.error is None:
            log.info("%s environment %d ready, %.0f ms", self.group, slot.number, ready.import_ms)
            self._release(slot)
        elif self._waiting:
            outcome = Outcome(Ending.ERROR, msgspec.json.encode(ready.error))
            self._settle(self._waiting[0], outcome)

    async def _until_long_idle(self, slot: Slot, environment: Environment) -> None:
        idle_since = time.monotonic()
        while not environment.exited.done():
            await asyncio.wait((environment.exited,), timeout=IDLE_S / 4)
            if slot.state is not State.IDLE:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > IDLE_S and slot in self._idle:
                self._idle.remove(slot)
                environment.close_when_idle(GRACE_S)


def _throttled() -> Outcome:
    return failure(Ending.THROTTLED, "TooManyRequestsException", "Rate Exceeded.")


encode = msgspec.json.Encoder().encode


class Invoker(Protocol):
    """What invokes functions by name."""

    async def invoke(
        self,
        name: str,
        event: bytes,
        *,
        request_id: str | None = None,
        wait_s: float | None = None,
        caller: str | None = None,
    ) -> Outcome:
        """Return the outcome of the invocation; `caller` is the account that it is for."""


class ThreadInvoker(Protocol):
    """What invokes functions from a thread."""

    def invoke_from_thread(self, name: str, event: Any) -> "Future[Outcome]":
        """Start an invocation."""


class Functions:
    """Invokes functions of a topology; every trigger uses it."""

    def __init__(self, topology: Topology, pools: Mapping[str, Pool]) -> None:
        self.pools = pools
        self._targets = {f.name: (pools[f.group], f.timeout_s) for f in topology.functions}
        self._answers_within_s = {f.name: f.answers_within_s for f in topology.functions}
        self._loop = asyncio.get_running_loop()

    def __contains__(self, name: object) -> bool:
        return name in self._targets

    def start(self) -> None:
        """Start the environments of every group with triggers."""
        for pool in self.pools.values():
            pool.start()

    async def stop(self) -> None:
        """End every environment; running invocations get a moment to finish."""
        await asyncio.gather(*(pool.stop() for pool in self.pools.values()))

    async def invoke(
        self,
        name: str,
        event: bytes,
        *,
        request_id: str | None = None,
        wait_s: float | None = None,
        caller: str | None = None,
    ) -> Outcome:
        """Invoke with a JSON event; wait for a free environment at most `wait_s`, or for ever.

        Who has to be answered in time waits less, and the wait counts as time of the function.
        """
        pool, timeout_s = self._targets[name]
        within_s = self._answers_within_s[name]
        asked_at = None
        if wait_s is not None and within_s is not None:
            wait_s = min(wait_s, within_s - ANSWER_S)
            asked_at = self._loop.time()
        request_id = request_id or str(uuid.uuid4())
        call = Call(name, request_id, event, timeout_s, caller, asked_at)
        return await pool.invoke(call, wait_s)

    def invoke_from_thread(self, name: str, event: Any) -> "Future[Outcome]":
        """Invoke from another thread, waiting for an environment as long as it takes."""
        return asyncio.run_coroutine_threadsafe(self.invoke(name, encode(event)), self._loop)
