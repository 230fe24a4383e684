"""Which TCP port a server takes, and which process holds one that is taken."""

import socket
from collections.abc import Iterator
from pathlib import Path

from infra_cdk.local.stack import Stack

_HIGHEST = 65_535


class PortTaken(RuntimeError):
    """Another process listens on a port that a setting asks for."""


def claim(stack: Stack, variable: str, *, above: int = 0, last: int | None = None) -> int:
    """Return the port for a setting: the wanted one, or in a test stack the next free `above`.

    In a test stack a server that died is restarted on its `last` port, where others look for it.
    Raise `PortTaken` with its owner and the setting to change.
    """
    port = stack.wanted_port(variable)
    if stack.keeps_ports:
        if not is_free(port):
            raise PortTaken(
                f"port {port} is taken by {owner(port)}; free it, or set {variable} to another "
                f"port (in .env or the environment)"
            )
        return port
    if last is not None and is_free(last):
        return last
    return next_free(max(port, above + 1))


def next_free(port: int) -> int:
    """Return the first free port from `port` upwards."""
    return next(p for p in range(port, _HIGHEST) if is_free(p))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def owner(port: int) -> str:
    """Return the name of the process that listens on a port, as far as this user may see it."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            holder = str(descriptor.readlink())
        except OSError:
            continue
        if holder in inodes:
            process = descriptor.parents[1]
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            return f"process {process.name} ({command[:120]})"
    return "a process of another user"


def _listening_inodes(port: int) -> Iterator[str]:
    """Read the kernel's socket tables (man proc_pid_net): state 0A means listening."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]
