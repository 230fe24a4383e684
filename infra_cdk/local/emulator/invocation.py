"""What an invocation is on both sides of the channel: Lambda's context, frames, and how it ended.

Frames are JSON after a 4-byte length. The host opens with `Start`, the environment answers
`Ready`; then each `Invoke` is answered by one `Answer`. Events and results travel as raw JSON,
so that they are encoded once.
"""

import socket
import struct
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

ACCOUNT = "123456789012"
REGION = "us-east-1"


def function_arn(name: str) -> str:
    """Return the ARN of a function of this machine."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls through a mobile SDK: nobody."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context; names are those of the Python runtime."""

    function_name: str
    aws_request_id: str
    memory_limit_in_mb: str
    log_stream_name: str
    deadline_ms: int
    function_version: str = "$LATEST"
    client_context: object | None = None
    identity: Identity = field(default_factory=Identity)

    @property
    def invoked_function_arn(self) -> str:
        """Return the function's ARN."""
        return function_arn(self.function_name)

    @property
    def log_group_name(self) -> str:
        """Return the log group's name."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long until the environment is ended, never below 0."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size
_READ_BYTES = 64 * 1024

_encoder = msgspec.json.Encoder()


class Handler(msgspec.Struct, frozen=True):
    """A function that an environment serves; `path` is `functions.<name>.handler.handler`."""

    name: str
    path: str
    memory_mb: int


class Start(msgspec.Struct, frozen=True):
    """The first frame: what to import."""

    handlers: list[Handler]


class Ready(msgspec.Struct, frozen=True):
    """The answer to `Start`; `error` is Lambda's error object where an import failed."""

    import_ms: float
    error: dict[str, Any] | None = None


class Invoke(msgspec.Struct, frozen=True):
    """One invocation; `deadline_ms` counts from the epoch."""

    function: str
    request_id: str
    deadline_ms: int
    event: msgspec.Raw


class Answer(msgspec.Struct, frozen=True):
    """What became of an invocation: the handler's result, or Lambda's error object."""

    ok: bool
    payload: msgspec.Raw


Frame = Start | Ready | Invoke | Answer


def packed(frame: Frame) -> bytes:
    """Return a frame as bytes to send."""
    body = _encoder.encode(frame)
    return _LENGTH.pack(len(body)) + body


def body_length(header: bytes | bytearray) -> int:
    """Return how long the frame behind this header is, in bytes."""
    length: int = _LENGTH.unpack_from(header)[0]
    return length


def receive(channel: socket.socket) -> bytes | None:
    """Wait for a whole frame; None when the other side is gone."""
    # Nothing follows a frame before it is answered, so what is read belongs to it.
    first = channel.recv(_READ_BYTES)
    while 0 < len(first) < HEADER_BYTES:
        more = channel.recv(_READ_BYTES)
        first = first + more if more else b""
    if not first:
        return None
    end = HEADER_BYTES + body_length(first)
    return first[HEADER_BYTES:] if len(first) == end else _rest(channel, first, end)


def _rest(channel: socket.socket, first: bytes, length: int) -> bytes | None:
    chunks = bytearray(first)
    while len(chunks) < length:
        chunk = channel.recv(length - len(chunks))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks[HEADER_BYTES:])


class Ending(StrEnum):
    """The closed list of endings; all but `DONE` are function errors in Lambda's sense."""

    DONE = "done"
    ERROR = "error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ending and its JSON: the handler's result, or Lambda's error object."""

    ending: Ending
    payload: bytes

    @property
    def is_done(self) -> bool:
        """Whether the handler returned."""
        return self.ending is Ending.DONE

    def error_text(self) -> str:
        """Return `type: message` of an error, in one line."""
        error = msgspec.json.decode(self.payload)
        return f"{error.get('errorType')}: {error.get('errorMessage')}".replace("\n", " ")


def failure(ending: Ending, kind: str, message: str) -> Outcome:
    """Return the outcome of a call whose handler returned nothing."""
    error = {"errorType": kind, "errorMessage": message}
    return Outcome(ending, msgspec.json.encode(error))
