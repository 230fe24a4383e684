"""The parts of `make test` run side by side; each prints whole, and a failure stops no other."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from infra_cdk.local.commands.trials import Parts, Work
from infra_cdk.local.stack import Stack


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(Stack("suite", tmp_path, {}))


def work(text: str, code: int = 0) -> Work:
    def run(log: IO[bytes]) -> int:
        log.write(text.encode())
        return code

    return run


def test_two_run_at_a_time(parts: Parts) -> None:
    both = threading.Barrier(2, timeout=20)

    def meets(_: IO[bytes]) -> int:
        both.wait()
        return 0

    parts.run_side_by_side({"one": meets, "other": meets})
    assert parts.failed == []
    assert set(parts.seconds) == {"one", "other"}


def breaks(_: IO[bytes]) -> int:
    raise RuntimeError("no server")


@pytest.mark.parametrize(
    ("works", "failed"),
    [
        ({"a": work("fine"), "b": work("fine")}, []),
        ({"a": work("wrong", 1), "b": work("fine")}, ["a"]),
        ({"a": work("wrong", 2), "b": work("wrong", -9)}, ["a", "b"]),
        ({"a": breaks, "b": work("fine")}, ["a"]),
    ],
)
def test_all_run_and_those_that_failed_are_named(
    parts: Parts,
    capsys: pytest.CaptureFixture[str],
    works: Mapping[str, Work],
    failed: list[str],
) -> None:
    parts.run_side_by_side({**works, "last": work("the last words")})
    assert sorted(parts.failed) == failed
    assert set(parts.seconds) == {*works, "last"}
    assert str(parts).endswith("FAILED" if failed else "passed")
    told = capsys.readouterr()
    assert "── last\n\nthe last words" in told.out
    assert ("no server" in told.err) is (works["a"] is breaks)


def test_what_failed_is_named_again_at_the_end(parts: Parts) -> None:
    many = "".join(f"step {number}\n" for number in range(100))
    parts.run_side_by_side({"a": work(many + "\nFAILED test_x\n\n", 1), "b": work("fine")})
    *_, test, result = str(parts).splitlines()
    assert (test, result) == ("FAILED test_x", "FAILED")
    assert "step 99" in str(parts)
    assert "step 50" not in str(parts)
    assert "fine" not in str(parts)


def test_a_part_is_printed_whole_though_another_writes_meanwhile(
    parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = threading.Barrier(2, timeout=20)

    def counts(name: str) -> Work:
        def run(log: IO[bytes]) -> int:
            for number in range(3):
                turns.wait()
                log.write(f"{name}{number}\n".encode())
            return 0

        return run

    parts.run_side_by_side({"a": counts("a"), "b": counts("b")})
    told = capsys.readouterr().out
    assert "a0\na1\na2\n" in told
    assert "b0\nb1\nb2\n" in told
