"""Starts a server in the background, waits for it, and reports a failure with its log."""

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra_cdk.local import records
from infra_cdk.local.stack import Stack

_POLL_S = 0.1
_TAIL_LINES = 15


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
    """Start a program in a session of its own, its output in `<logs>/<name>.log`, and record it."""
    stack.logs.mkdir(parents=True, exist_ok=True)
    stack.run.mkdir(parents=True, exist_ok=True)
    program = shutil.which(command[0])
    if program is None:
        raise DaemonFailed(f"{name}: there is no program {command[0]}")
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        program,
        list(command),
        dict(environ),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log_of(stack, name)), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    record = records.Record.of(name, pid, source, dict(values))
    record.write(stack.run)
    return record


def wait_until_ready(
    stack: Stack, record: records.Record, probe: Callable[[], None], within_s: float
) -> None:
    """Call `probe` until it no longer raises.

    Raise `DaemonFailed` when the process ends first, or after `within_s` seconds.
    """
    deadline = time.monotonic() + within_s
    while True:
        if not record.is_alive:
            raise DaemonFailed(_failure(stack, record.name, "ended"))
        try:
            probe()
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


def _failure(stack: Stack, name: str, fault: str) -> str:
    path = log_of(stack, name)
    return f"{name} {fault}; the end of its log {path}:\n{tail(path)}"
