import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from psycopg.errors import UniqueViolation

from functions.aggregator import handler as module
from functions.aggregator import wiring
from pixeltrack.facts.merging import Merged
from pixeltrack.facts.upkeep import Done, Task
from pixeltrack.platform.errors import Busy, StoreUnavailable


class Context:
    aws_request_id = "r1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Runs:
    """An upkeep whose run does what is given: merges a bucket, and then perhaps fails."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.tasks: list[Task] = []

    def run(self, task: Task, is_late: Callable[[], bool], done: Done) -> None:
        assert not is_late()
        self.tasks.append(task)
        done.merged.add(Merged(1, Counter(hit=3, repeat=2)))
        if self.error is not None:
            raise self.error


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the handler where the upkeep ends as given."""

    def call(event: dict[str, Any], error: Exception | None = None) -> dict[str, Any]:
        upkeep = Runs(error)
        monkeypatch.setattr(wiring, "upkeep", lambda: upkeep)
        return {**module.handler(event, Context()), "tasks": upkeep.tasks}

    return call


def counted(output: str) -> list[dict[str, Any]]:
    """Return the metrics among the lines of an output."""
    lines = [json.loads(line) for line in output.splitlines()]
    return [line for line in lines if "_aws" in line]


@pytest.mark.parametrize(
    ("event", "task"),
    [({"task": "minute"}, "minute"), ({"task": "daily"}, "daily"), ({}, "minute")],
)
def test_an_event_names_its_task(run: Any, event: dict[str, Any], task: str) -> None:
    answer = run(event)
    assert answer["tasks"] == [task]
    assert (answer["outcome"], answer["events"]) == ("done", {"hit": 3, "repeat": 2})


def test_another_at_work_is_no_failure_and_what_was_merged_counts(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = run({}, Busy("x"))
    assert (answer["outcome"], answer["buckets"]) == ("busy", 1)
    assert answer["events"] == {"hit": 3, "repeat": 2}
    lines = counted(capsys.readouterr().out)
    assert {line["outcome"]: line["events"] for line in lines if "events" in line} == {
        "hit": 3,
        "repeat": 2,
    }
    assert not [line for line in lines if "runs" in line]


def test_a_store_that_is_away_is_one(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreUnavailable):
        run({}, StoreUnavailable("x"))
    lines = counted(capsys.readouterr().out)
    assert [line["outcome"] for line in lines if "runs" in line] == ["failed"]
    assert sum(line.get("events", 0) for line in lines) == 5


def test_a_fault_of_ours_is_one(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UniqueViolation):
        run({}, UniqueViolation("x"))
    assert '"outcome": "failed"' in capsys.readouterr().out.replace('":"', '": "')


def test_an_unknown_task_is_refused(run: Any) -> None:
    with pytest.raises(ValueError, match="weekly"):
        run({"task": "weekly"})
