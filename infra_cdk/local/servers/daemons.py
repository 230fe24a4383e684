"""Starts a server in the background, waits for it, and reports a failure with its log."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra_cdk.local import records
from infra_cdk.local.files import Unusable
from infra_cdk.local.stack import Stack

_POLL_S = 0.1
_TAIL_LINES = 15
_MOST_LINE_CHARACTERS = 300
END_OF_LOG = "; the end of its log "
_CHATTER = "SLF4J: "
"""How each log of Kafka begins, and with a broker that halts at once, ends."""
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
MOST_LOG_BYTES = 16 * 1024 * 1024
"""A log that is larger is kept as `.1`, in place of the one before, and begins anew."""


class DaemonFailed(RuntimeError):
    """A server ended or was not ready in time; the message holds the end of its log."""


def start(
    stack: Stack,
    name: str,
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    values: Mapping[str, str],
    source: str,
) -> records.Record:
    """Start a program in a session of its own, its output in `<logs>/<name>.log`, and record it.

    No program is left without its record: a signal to end comes after it was written, and a
    program whose record cannot be written is ended. Raise `DaemonFailed`.
    """
    stack.logs.mkdir(parents=True, exist_ok=True)
    stack.run.mkdir(parents=True, exist_ok=True)
    program = shutil.which(command[0])
    if program is None:
        raise DaemonFailed(f"{name}: there is no program {command[0]}")
    output = _output(log_of(stack, name))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        pid = os.posix_spawn(
            program,
            list(command),
            dict(environ),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, output, _APPEND, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
            setsigmask=[],
        )
        return _recorded(stack, records.Record.of(name, pid, source, dict(values)))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _output(log: Path) -> str:
    """Return where the output goes; a log that cannot be made stops no server."""
    bound(log)
    try:
        os.close(os.open(log, _APPEND, 0o600))
    except OSError:
        return os.devnull
    return str(log)


def _recorded(stack: Stack, record: records.Record) -> records.Record:
    try:
        record.write(stack.run)
    except OSError as error:
        record.end(stack.run)
        raise DaemonFailed(f"{record.name}: its record cannot be written: {error}") from error
    return record


def wait_until_ready(
    stack: Stack, record: records.Record, probe: Callable[[], None], within_s: float
) -> None:
    """Call `probe` until it no longer raises, or raises `Unusable`, which no waiting mends.

    Raise `DaemonFailed` when the process ends first, or after `within_s` seconds.
    """
    deadline = time.monotonic() + within_s
    while True:
        if not record.is_alive:
            raise DaemonFailed(_failure(stack, record.name, "ended"))
        try:
            probe()
        except Unusable:
            raise
        except Exception as error:  # whatever a client raises means: not ready yet
            if time.monotonic() > deadline:
                fault = f"was not ready within {within_s:.0f} s ({error})"
                raise DaemonFailed(_failure(stack, record.name, fault)) from error
            time.sleep(_POLL_S)
        else:
            return


def log_of(stack: Stack, name: str) -> Path:
    """Return the log file of a server."""
    return stack.logs / f"{name}.log"


def tail(path: Path, lines: int = _TAIL_LINES) -> str:
    """Return the last lines of a log, without reading all of a long one."""
    if not path.is_file():
        return "(no log)"
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 200 * lines))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


def last_line(path: Path) -> str:
    """Return the last line of a log that says anything, cut where it is long."""
    lines = [line.strip() for line in tail(path).splitlines()]
    telling = (line for line in reversed(lines) if line and not line.startswith(_CHATTER))
    return next(telling, "")[:_MOST_LINE_CHARACTERS]


def bound(path: Path) -> None:
    """Let a log begin anew when it is too large, under the hands of whoever appends to it.

    What is written meanwhile may be lost, and on a full disk the older part is.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size <= MOST_LOG_BYTES:
            return
        older = path.with_suffix(".log.1")
        try:
            shutil.copyfile(path, older)
        except OSError:
            older.unlink(missing_ok=True)
        os.truncate(path, 0)


def _failure(stack: Stack, name: str, fault: str) -> str:
    path = log_of(stack, name)
    return f"{name} {fault}{END_OF_LOG}{path}:\n{tail(path)}"
