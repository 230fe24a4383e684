"""One environment as the host sees it: how its process is started, its channel, its invocation."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

import msgspec

from infra_cdk.local.emulator.invocation import (
    HEADER_BYTES,
    REGION,
    Answer,
    Ending,
    Handler,
    Invoke,
    Outcome,
    Ready,
    Start,
    body_length,
    failure,
    packed,
)
from infra_cdk.local.signatures import Keys
from infra_cdk.topology import Function, Topology

_FROM_THE_MACHINE = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"),
    "COVERAGE_PROCESS_CONFIG",  # set while tests are measured: then functions are, too
)
MOST_RESULT_BYTES = 6 * 1024 * 1024
LAST_WORDS_S = 0.5
GATHER_S = 0.05
"""Printed lines are read this much later, many at once."""
MUCH_OUTPUT_BYTES = 16 * 1024
"""A process that prints so much between two looks is read without a pause: pipes hold 64 KiB."""
_decode_answer = msgspec.json.Decoder(Answer).decode


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a process of a group; handlers are imported from `task_root`."""

    argv: Sequence[str]
    environ: Mapping[str, str]
    task_root: Path
    start: Start


def launch(
    topology: Topology,
    functions: tuple[Function, ...],
    values: Mapping[str, str],
    *,
    machine: Mapping[str, str],
    origin: str,
    keys: Keys,
    task_root: Path,
) -> Launch:
    """Return how to start a process for these functions.

    `values` are the stack's settings, `machine` the host's own environment, `origin` the address
    of the Invoke API; only callers of other functions get it, with the `keys` that sign for it.
    """
    group = functions[0].group
    environ = {name: machine[name] for name in _FROM_THE_MACHINE if name in machine}
    environ |= {
        "TZ": ":UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "LAMBDA_TASK_ROOT": str(task_root),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{group}",
    }
    needed = {name for f in functions for need in f.needs for name in need.variables}
    environ |= {name: values[name] for name in sorted(needed) if name in values}
    names = {f.name for f in functions}
    if any(i.caller in names for i in topology.invocations):
        environ |= {
            "AWS_ENDPOINT_URL_LAMBDA": origin,
            "AWS_ACCESS_KEY_ID": keys.id,
            "AWS_SECRET_ACCESS_KEY": keys.secret,
        }
    return Launch(
        argv=(sys.executable, "-m", "infra_cdk.local.emulator.runtime", group),
        environ=environ,
        task_root=task_root,
        start=Start([Handler(f.name, f.handler, f.memory_mb) for f in functions]),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """What to invoke with which JSON, how long it may run, and for whose account.

    Its time begins when it begins to run, or at `asked_at`, by the event loop's clock.
    """

    function: str
    request_id: str
    event: bytes
    timeout_s: float
    caller: str | None = None
    asked_at: float | None = None

    def left_s(self, now: float) -> float:
        """Return how long it may run from now on."""
        return self.timeout_s - (0.0 if self.asked_at is None else now - self.asked_at)


class Environment:
    """A running process and our end of the channel to it. `ready` and `exited` are futures."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[Ready] = loop.create_future()
        self.exited: asyncio.Future[int] = loop.create_future()
        self.pid = process.pid
        self.was_killed_at_deadline = False
        self._process = process
        self._pid_file = os.pidfd_open(process.pid)
        self._is_closing = False
        self._loop = loop
        self._answer: asyncio.Future[Outcome] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._timeout_s = 0.0
        self._channel = _Channel(self._on_frame, self._on_silence)
        self._output: _Output | None = None

    @classmethod
    async def started(cls, launch: Launch, on_output: Callable[[bytes], None]) -> Self:
        """Start the process and tell it what to import; it is not ready yet.

        The standard library starts it, since uvloop runs Python's fork handlers, which wait for
        the import and logging locks in an order that deadlocks with a thread that imports.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: ASYNC220 - a moment, and see above
                    list(launch.argv),
                    stdin=theirs.fileno(),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    cwd=launch.task_root,
                    env=dict(launch.environ),
                    start_new_session=True,
                )
            except BaseException:
                ours.close()
                raise
        environment = cls(process)
        loop = environment._loop
        loop.add_reader(environment._pid_file, environment._on_exit)
        output = _Output(on_output)
        environment._output = output
        await loop.connect_read_pipe(lambda: output, process.stdout)
        await loop.create_connection(lambda: environment._channel, sock=ours)
        environment._channel.write(packed(launch.start))
        return environment

    async def invoke(self, call: Call) -> Outcome:
        """Run one invocation; the process is killed when it exceeds its time limit."""
        if self.exited.done():
            return _crashed(self.exited.result())
        self._answer = self._loop.create_future()
        self._timeout_s = call.timeout_s
        left_s = call.left_s(self._loop.time())
        self._deadline = self._loop.call_later(left_s, self._expire)
        deadline_ms = int((time.time() + left_s) * 1000)
        event = msgspec.Raw(call.event)
        self._channel.write(packed(Invoke(call.function, call.request_id, deadline_ms, event)))
        return await self._answer

    def close_when_idle(self, grace_s: float) -> None:
        """Let the process end by itself after its invocation; kill it after `grace_s`."""
        self._is_closing = True
        self._loop.call_later(grace_s, self.kill)
        if self._answer is None or self._answer.done():
            self._channel.close()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def _on_frame(self, body: bytes) -> None:
        """Take a frame of the process."""
        if not self.ready.done():
            self.ready.set_result(msgspec.json.decode(body, type=Ready))
            return
        answer = _decode_answer(body)
        if not answer.ok:
            self._settle(Outcome(Ending.ERROR, bytes(answer.payload)))
        elif len(answer.payload) > MOST_RESULT_BYTES:
            text = f"Response payload size exceeded maximum allowed ({MOST_RESULT_BYTES} bytes)."
            self._settle(failure(Ending.ERROR, "Function.ResponseSizeTooLarge", text))
        else:
            self._settle(Outcome(Ending.DONE, bytes(answer.payload)))

    def _on_exit(self) -> None:
        """Settle once its output is read, which a forked child may keep open."""
        self._loop.remove_reader(self._pid_file)
        os.close(self._pid_file)
        self._process.poll()
        if self._output is not None:
            self._output.read_to_end()
        self._loop.call_later(0 if self._channel.is_silent else LAST_WORDS_S, self._finish)

    def _on_silence(self) -> None:
        if self._process.returncode is not None:
            self._finish()

    def _finish(self) -> None:
        if self.exited.done():
            return
        status = self._process.returncode
        self.exited.set_result(-signal.SIGKILL if status is None else status)
        if not self.ready.done():
            self.ready.set_result(Ready(0, _error(self.exited.result())))
        if self.was_killed_at_deadline:
            text = f"Task timed out after {self._timeout_s:.2f} seconds"
            self._settle(failure(Ending.TIMED_OUT, "Sandbox.Timedout", text))
        else:
            self._settle(_crashed(self.exited.result()))
        self._channel.close()

    def _expire(self) -> None:
        self.was_killed_at_deadline = True
        self.kill()

    def _settle(self, outcome: Outcome) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(outcome)
        if self._is_closing:
            self._channel.close()


class _Output(asyncio.Protocol):
    """Passes on what the process prints: a moment's lines together, or much of it as it comes."""

    def __init__(self, on_output: Callable[[bytes], None]) -> None:
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._gathers = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.ReadTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._on_output(data)
        if self._gathers and len(data) < MUCH_OUTPUT_BYTES and self._transport.is_reading():
            self._transport.pause_reading()
            self._loop.call_later(GATHER_S, self._read_on)

    def read_to_end(self) -> None:
        """Read what is left without another pause."""
        self._gathers = False
        self._read_on()

    def _read_on(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()


class _Channel(asyncio.Protocol):
    """Cuts what arrives into frames."""

    def __init__(self, on_frame: Callable[[bytes], None], on_silence: Callable[[], None]) -> None:
        self.is_silent = False
        self._on_frame = on_frame
        self._on_silence = on_silence
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self.is_silent = True
        self._on_silence()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        buffer = self._buffer
        while len(buffer) >= HEADER_BYTES:
            end = HEADER_BYTES + body_length(buffer)
            if len(buffer) < end:
                return
            body = bytes(buffer[HEADER_BYTES:end])
            del buffer[:end]
            self._on_frame(body)

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()


def _error(status: int) -> dict[str, Any]:
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    return {"errorType": "Runtime.ExitError", "errorMessage": f"Runtime exited: {how}"}


def _crashed(status: int) -> Outcome:
    return Outcome(Ending.CRASHED, msgspec.json.encode(_error(status)))
