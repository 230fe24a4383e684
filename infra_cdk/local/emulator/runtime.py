"""The process that runs handlers: one invocation at a time, on its main thread.

Started by the host with the channel as standard input; ends when the host goes. It imports
little, because what it imports counts as the functions' own start.
"""

import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import msgspec

from infra_cdk.local.emulator.invocation import (
    Answer,
    Context,
    Handler,
    Invoke,
    Ready,
    Start,
    packed,
    receive,
)

_PR_SET_PDEATHSIG = 1

# As Lambda's runtime does it: what the standard library cannot encode is an error.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

LambdaHandler = Callable[[Any, Context], Any]


def main() -> None:
    """Import the handlers, then handle invocations until the host closes the channel."""
    _end_with_the_host()
    channel = _take_channel()
    opening = receive(channel)
    if opening is None:
        return
    start = msgspec.json.decode(opening, type=Start)
    began = time.perf_counter()
    try:
        handlers = {h.name: (h, _imported(h)) for h in start.handlers}
    except Exception as error:  # noqa: BLE001 - whatever a module raises is the host's to report
        traceback.print_exc()
        channel.sendall(packed(Ready(_ms_since(began), _error(error))))
        sys.exit(1)
    decoder = msgspec.json.Decoder(Invoke)
    # A host that was killed resets the channel instead of closing it.
    with contextlib.suppress(ConnectionError):
        channel.sendall(packed(Ready(_ms_since(began))))
        while (frame := receive(channel)) is not None:
            invoke = decoder.decode(frame)
            handler, call = handlers[invoke.function]
            channel.sendall(packed(_answer(handler, call, invoke)))


def _end_with_the_host() -> None:
    """Ask the kernel for SIGKILL then; a closed channel tells if it went before the call."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _take_channel() -> socket.socket:
    """Move the channel away from standard input, where handlers' programs would find it."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    channel.setblocking(True)
    return channel


def _imported(handler: Handler) -> LambdaHandler:
    _speak_as(handler)
    module, _, name = handler.path.rpartition(".")
    found: LambdaHandler = getattr(importlib.import_module(module), name)
    return found


def _speak_as(handler: Handler) -> None:
    if os.environ.get("AWS_LAMBDA_FUNCTION_NAME") == handler.name:
        return
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = handler.name
    os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = str(handler.memory_mb)
    os.environ["_HANDLER"] = handler.path


def _answer(handler: Handler, call: LambdaHandler, invoke: Invoke) -> Answer:
    _speak_as(handler)
    context = Context(
        function_name=handler.name,
        aws_request_id=invoke.request_id,
        memory_limit_in_mb=str(handler.memory_mb),
        log_stream_name=os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", ""),
        deadline_ms=invoke.deadline_ms,
    )
    try:
        result = call(msgspec.json.decode(invoke.event), context)
    except Exception as error:  # noqa: BLE001 - Lambda's runtime answers any of them
        sys.stderr.write(f"[ERROR] requestId: {invoke.request_id}\n{traceback.format_exc()}")
        sys.stderr.flush()
        return Answer(ok=False, payload=_encoded(_error(error)))
    try:
        text = _encode(result).encode()
    except (TypeError, ValueError) as error:
        return Answer(ok=False, payload=_encoded(_error(error, "Runtime.MarshalError")))
    return Answer(ok=True, payload=msgspec.Raw(text))


def _error(error: Exception, kind: str | None = None) -> dict[str, Any]:
    """Return an exception as Lambda's error object."""
    if kind is None:
        is_import = isinstance(error, ImportError | SyntaxError)
        kind = "Runtime.ImportModuleError" if is_import else type(error).__name__
    stack = traceback.format_tb(error.__traceback__)
    return {
        "errorType": kind,
        "errorMessage": _writable(str(error)),
        "stackTrace": [_writable(line) for line in stack],
    }


def _encoded(error: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(error))


def _writable(text: str) -> str:
    """Replace lone surrogates, which no encoding takes."""
    return text.encode(errors="replace").decode()


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


if __name__ == "__main__":
    main()
