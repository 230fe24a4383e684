"""How much memory processes use, without counting shared pages twice."""

from collections.abc import Iterator
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Return the sum of proportional set sizes of a process and its descendants (0: all gone)."""
    return sum(_proportional(member) for member in family(pid))


def family(pid: int) -> Iterator[int]:
    """Return a process and all its descendants."""
    children = _children()
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += children.get(current, [])


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found.setdefault(parent, []).append(int(process.name))
    return found


def _proportional(pid: int) -> int:
    """Return `Pss` of a process, or its plain resident size where that may not be read."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except OSError:
            continue
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)
    return 0
