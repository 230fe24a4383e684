"""The comparison with GoatCounter, tried on programs that stand in for it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import Trial
from tests.benchmarks import __main__ as bench
from tests.benchmarks import goatcounter, load, peer
from tests.benchmarks.cpu import Meter
from tests.integration.emulator.conftest import eventually

STAND_IN = Path(__file__).parents[2] / "fakes" / "goatcounter.py"
PATH = {"PATH": "/usr/bin:/bin"}

Start = Callable[..., goatcounter.GoatCounter]


def program(folder: Path, text: str) -> str:
    path = folder / f"program-{len(list(folder.iterdir()))}"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def stand_in(folder: Path, *options: str) -> str:
    """A program whose server is its child, so that the child must be measured and killed too."""
    return program(folder, f'"{sys.executable}" "{STAND_IN}" {" ".join(options)} "$@"; exit $?')


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(goatcounter, "STORED_WITHIN_S", 3.0)
    with ExitStack() as running:

        def begin(*options: str, name: str = "peer") -> goatcounter.GoatCounter:
            stack = Stack(name, tmp_path, PATH)
            return running.enter_context(
                goatcounter.goatcounter(stand_in(tmp_path, *options), stack)
            )

        yield begin


def still_running(folder: Path) -> list[str]:
    """The commands of processes that have something to do with the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


def test_both_are_measured_and_their_ratios_are_true(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = start("--every-s 0", name="ours"), start("--costs-ms 5", name="theirs")
    ours.name = "Pixel-Track"
    peer.compare(ours, theirs, loads=(2,), rounds=1, seconds=1.0)
    lines = [line.replace(",", "") for line in capsys.readouterr().out.splitlines()]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["2", "Pixel-Track"],
        ["2", "GoatCounter"],
        ["2", "ratio"],
    ]
    own, other, ratios = ([float(figure) for figure in line.split()[2:]] for line in lines[1:4])
    for mine, its, ratio in zip(own, other, ratios, strict=True):
        assert ratio == pytest.approx(mine / its, rel=0.02, abs=0.01)
    assert other[1] > 5.0  # ms: what each hit costs
    assert other[3] > 5.0  # s for a thousand of them, though the server is the child of a shell
    assert 0 < own[3] < other[3]
    ours_lost, theirs_lost = lines[4:]
    assert re.fullmatch(r"kill -9 of Pixel-Track: [1-9]\d* acknowledged 0 of them lost", ours_lost)
    assert re.fullmatch(
        r"kill -9 of GoatCounter: [1-9]\d* acknowledged \d+ of them lost", theirs_lost
    )


@pytest.mark.parametrize("kept", [0, 10])
def test_what_was_only_in_memory_is_lost(start: Start, kept: int) -> None:
    side = start(f"--stores {kept}")
    taken, lost = peer.losses(side, connections=2, seconds=1.0)
    assert taken > 10
    assert taken - lost == kept == side.stored()


def test_what_is_stored_before_its_answer_is_not_lost(start: Start) -> None:
    taken, lost = peer.losses(start("--every-s 0"), connections=2, seconds=1.0)
    assert taken > 10
    assert lost == 0


def test_only_what_was_stored_before_the_kill_counts_as_found(start: Start) -> None:
    side = start("--every-s 0")
    peer.losses(side, connections=1, seconds=0.5)
    stored = side.stored()
    taken, lost = peer.losses(side, connections=1, seconds=0.5)
    assert (lost, side.stored()) == (0, stored + taken)


def test_nothing_of_it_is_left_even_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with goatcounter.goatcounter(stand_in(tmp_path), Stack("peer", tmp_path, PATH)) as side:
            assert len(still_running(tmp_path)) == 2  # the shell and the server, its child
            os.kill(side.processes()[0][1], signal.SIGKILL)  # the shell alone
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert eventually(lambda: not still_running(tmp_path))
    assert not (tmp_path / ".local" / "peer").exists()


def test_a_peer_that_takes_nothing_is_told(start: Start) -> None:
    side = start()
    side.visitors = lambda count: load.Visitors("site", goatcounter.HOST, count, 1)  # type: ignore[method-assign]
    with pytest.raises(goatcounter.PeerFailed, match="GoatCounter took 0 requests and refused"):
        peer.measure(side, connections=1, seconds=0.3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("echo 'wrong libc' >&2; echo more; exit 3", "it makes no site: wrong libc more"),
        ("exit 3", "it makes no site: 3"),
        ("exit 0", "it makes no site: no such table: sites"),
        ("SERVE", "it does not serve: address is cursed"),
    ],
)
def test_a_program_that_does_not_start_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    line: str,
) -> None:
    site = f'"{sys.executable}" "{STAND_IN}" "$@"'
    binary = program(
        tmp_path,
        text.replace("SERVE", f"[ $1 = db ] && exec {site}; echo 'address is cursed'; exit 2"),
    )
    monkeypatch.setattr(peer, "SERVERS", Stack("bench", tmp_path, PATH))
    assert peer.run(binary) == 1
    assert capsys.readouterr().err == f"GOATCOUNTER={binary}: {line}\n"
    assert still_running(tmp_path) == []


def test_who_gives_none_is_told_that_one_can_be_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peer, "SERVERS", Stack("bench", Path("/nowhere"), PATH))
    assert peer.run(peer.given()) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "GOATCOUNTER=path" in line


def test_a_program_that_is_none_is_told_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = PATH | {"GOATCOUNTER": "/nowhere/goatcounter"}
    monkeypatch.setattr(peer, "SERVERS", Stack("bench", Path("/nowhere"), given))
    with pytest.raises(SystemExit, match="GOATCOUNTER=/nowhere/goatcounter: there is no such"):
        bench.main()


def test_this_product_stores_what_it_takes(host: Trial) -> None:
    side = peer.PixelTrack(host)
    before = side.stored()
    result = asyncio.run(load.run(side.origin, side.visitors(50), 2, 0.5))
    side.finish(len(result.latencies_ms))
    assert side.stored() - before == len(result.latencies_ms) > 0
    assert result.refused == 0
    assert {"collector", "host"} <= {name for name, _ in side.processes()}


def test_the_meter_counts_children_that_run_and_that_have_ended() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass\n"
    parent = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {burn!r}], check=True)
child = subprocess.Popen([sys.executable, "-c", {burn!r} + "print(flush=True); input()"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
child.stdout.readline()
print(flush=True)
input()
child.communicate(b"\\n")
"""
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        meter = Meter(lambda: [("tree", process.pid)])
        process.stdout.readline()
        used = meter.used()
        process.stdin.write(b"\n")
    assert used["tree"] > 0.55
