from typing import Any

import pytest
from psycopg.errors import UniqueViolation

from functions.aggregator import handler as module
from functions.aggregator import tasks, wiring
from pixeltrack.platform.errors import Busy, StoreUnavailable


class Context:
    aws_request_id = "r1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the handler where `tasks.run` does what is given."""

    def call(event: dict[str, Any], outcome: Any) -> dict[str, Any]:
        def instead(task: tasks.Task, *_: Any) -> dict[str, Any]:
            if isinstance(outcome, Exception):
                raise outcome
            return {"task_was": task, **outcome}

        monkeypatch.setattr(wiring, "aggregator", lambda: None)
        monkeypatch.setattr(tasks, "run", instead)
        return module.handler(event, Context())

    return call


@pytest.mark.parametrize(
    ("event", "task"),
    [({"task": "minute"}, "minute"), ({"task": "daily"}, "daily"), ({}, "minute")],
)
def test_an_event_names_its_task(run: Any, event: dict[str, Any], task: str) -> None:
    assert run(event, {})["task_was"] == task


def test_another_at_work_is_no_failure(run: Any) -> None:
    assert run({}, Busy("x")) == {"outcome": "busy"}


def test_a_store_that_is_away_is_one(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreUnavailable):
        run({}, StoreUnavailable("x"))
    assert '"outcome": "failed"' in capsys.readouterr().out.replace('":"', '": "')


def test_a_fault_of_ours_is_one(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UniqueViolation):
        run({}, UniqueViolation("x"))
    assert '"outcome": "failed"' in capsys.readouterr().out.replace('":"', '": "')


def test_an_unknown_task_is_refused(run: Any) -> None:
    with pytest.raises(ValueError, match="weekly"):
        run({"task": "weekly"}, {})
