"""Which TCP port a server takes, and which process holds one that is taken."""

import contextlib
import errno
import pwd
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra_cdk.local.records import Record
from infra_cdk.local.stack import Stack

_HIGHEST = 65_535
_LET_GO_WITHIN_S = 5.0
_POLL_S = 0.05


class PortTaken(RuntimeError):
    """Another process listens on a port that a setting asks for."""


def claim(stack: Stack, variable: str, *, above: int = 0, last: int | None = None) -> int:
    """Return the port for a setting: the wanted one, or in a test stack the next free `above`.

    In a test stack a server that died is restarted on its `last` port, where others look for it.
    Raise `PortTaken` with its owner and the setting to change.
    """
    port = stack.wanted_port(variable)
    if stack.keeps_ports:
        if refusal := _refusal(port):
            how = f"or set {variable} to another (in .env or the environment)"
            raise PortTaken(f"{_fault(port, refusal)}, {how}")
        return port
    if last is not None and is_free(last):
        return last
    return next_free(max(port, above + 1))


def again(record: Record, variable: str) -> int:
    """Return the port that a process had which died; others look for it there.

    The last of its threads may hold the port for a moment longer. Raise `PortTaken` with its owner.
    """
    port = int(record.values[variable])
    deadline = time.monotonic() + _LET_GO_WITHIN_S
    while not is_free(port):
        if time.monotonic() > deadline:
            raise PortTaken(f"port {port} of {record.name} is taken by {owner(port)}")
        time.sleep(_POLL_S)
    return port


def next_free(port: int) -> int:
    """Return the first free port from `port` upwards."""
    return next(p for p in range(port, _HIGHEST) if is_free(p))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port of the loopback address now."""
    return _refusal(port) is None


def _refusal(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None


def _fault(port: int, refusal: OSError) -> str:
    """Return why a port cannot be listened on, and what to do."""
    if refusal.errno == errno.EACCES:
        return f"port {port} is for root alone: run as root"
    if refusal.errno != errno.EADDRINUSE:
        return f"port {port} cannot be used ({refusal.strerror}): mend that"
    sockets = list(_sockets(port))
    if any(held.state == _LISTENING for held in sockets):
        return f"port {port} is taken by {owner(port)}: free it"
    if held := next((held for held in sockets if held.inode != "0"), None):
        return f"port {port} is one end of a connection of {_process(held)}: end it"
    if sockets:
        return (
            f"port {port} still belongs to a connection that was closed ({sockets[0].name}), for "
            "a minute at most: try again then"
        )
    return f"port {port} is bound by a process that does not listen on it yet: wait, or end it"


def owner(port: int) -> str:
    """Return the process that listens on a port, as far as this user may see it."""
    listening = (held for held in _sockets(port) if held.state == _LISTENING)
    return next((_process(held) for held in listening), "a process that cannot be seen")


_LISTENING = "0A"
_STATES = {"04": "FIN-WAIT-1", "05": "FIN-WAIT-2", "06": "TIME-WAIT", "09": "LAST-ACK"}


@dataclass(frozen=True, slots=True)
class _Socket:
    """A socket of the kernel's tables, which has no inode once its process has closed it."""

    state: str
    user: int
    inode: str

    @property
    def name(self) -> str:
        """Return the state's name, as in `ss`."""
        return _STATES.get(self.state, "closing")


def _sockets(port: int) -> Iterator[_Socket]:
    """Read the kernel's socket tables (man proc_pid_net) for a local port."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError):  # a machine without IPv6
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if int(columns[1].rpartition(":")[2], 16) == port:
                    yield _Socket(columns[3], int(columns[7]), columns[9])


def _process(held: _Socket) -> str:
    """Name the process that has a socket; where it cannot be seen, the user who has it."""
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(descriptor.readlink()) == f"socket:[{held.inode}]":
                process = descriptor.parents[1]
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                text = command.decode(errors="replace").strip()
                return f"process {process.name} ({text[:120]})"
    try:
        return f"a process of the user {pwd.getpwuid(held.user).pw_name}"
    except KeyError:
        return f"a process of the user {held.user}"
