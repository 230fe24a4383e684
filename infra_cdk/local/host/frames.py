"""What the host and an environment say to each other: JSON frames after a 4-byte length.

The host opens with `Start`, the environment answers `Ready`; then each `Invoke` is answered by
one `Answer`. Events and results travel as raw JSON, so that they are encoded once.
"""

import socket
import struct
from typing import Any

import msgspec

_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size

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
    header = _exactly(channel, HEADER_BYTES)
    return None if header is None else _exactly(channel, body_length(header))


def _exactly(channel: socket.socket, length: int) -> bytes | None:
    first = channel.recv(length)
    if len(first) == length:
        return first
    chunks = bytearray(first)
    while len(chunks) < length:
        chunk = channel.recv(length - len(chunks))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)
