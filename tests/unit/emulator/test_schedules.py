import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from aws_lambda_powertools.utilities.parser.models import EventBridgeModel
from hypothesis import assume, given
from hypothesis import strategies as st

from infra_cdk.local.emulator.invocation import Ending, Outcome
from infra_cdk.local.emulator.schedules import Schedules, schedule_event, trigger
from infra_cdk.topology import TOPOLOGY, Function, Need, Schedule, Topology

AT = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
FIRED_WITHIN_S = 15.0


def test_a_schedule_sends_its_own_payload() -> None:
    made = Schedule("daily", "aggregator", cron="0 3 * * *", payload=(("task", "seal"),))

    assert schedule_event(made, AT) == {"task": "seal"}


def test_without_a_payload_it_sends_the_schedulers() -> None:
    event = schedule_event(Schedule("minute", "aggregator", rate_s=60), AT)

    assert event["resources"] == [
        "arn:aws:scheduler:us-east-1:123456789012:schedule/default/minute"
    ]
    assert event["time"] == "2026-11-22T10:00:00Z"
    assert event["detail"] == "{}"
    model = EventBridgeModel.model_validate({**event, "detail": {}})
    assert model.source == "aws.scheduler"


def fields(least: int, most: int) -> st.SearchStrategy[str]:
    """Draw one field of a cron in each of its forms."""
    number = st.integers(least, most)
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.integers(2, most - least).map("*/{}".format),
        st.lists(number, min_size=2, max_size=4, unique=True).map(
            lambda found: ",".join(map(str, found))
        ),
        st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    )


def values(field: str, least: int, most: int) -> set[int]:
    """Read a field, independently of the scheduler."""
    if field == "*":
        return set(range(least, most + 1))
    if field.startswith("*/"):
        return set(range(least, most + 1, int(field[2:])))
    first, dash, last = field.partition("-")
    return set(range(int(first), int(last) + 1)) if dash else set(map(int, field.split(",")))


def instants(cron: str, since: datetime) -> Iterator[datetime]:
    """Yield when a cron is due from an instant on, found by looking at each of its days."""
    minute, hour, day, month, weekday = cron.split()
    minutes, hours = sorted(values(minute, 0, 59)), sorted(values(hour, 0, 23))
    monthdays, months = values(day, 1, 31), values(month, 1, 12)
    weekdays = set(range(7)) if weekday == "*" else {WEEKDAYS.index(d) for d in weekday.split(",")}
    for later in range(9 * 366):
        on: date = since.date() + timedelta(days=later)
        if on.day in monthdays and on.month in months and on.weekday() in weekdays:
            for h in hours:
                for m in minutes:
                    if (at := datetime.combine(on, time(h, m), UTC)) >= since:
                        yield at


def fired(cron: str, since: datetime, n: int) -> list[datetime]:
    """Return the next `n` instants at which the host fires."""
    due, found = trigger(Schedule("s", "f", cron=cron)), []
    last: datetime | None = None
    for _ in range(n):
        last = due.get_next_fire_time(last, since if last is None else last)
        assert last is not None
        found.append(last)
    return found


DAYS = st.tuples(fields(1, 31), st.just("*")) | st.tuples(
    st.just("*"),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True).map(",".join),
)
SINCE = st.integers(1_704_067_200_000, 1_893_456_000_000).map(
    lambda ms: datetime.fromtimestamp(ms / 1000, UTC)
)


@given(minute=fields(0, 59), hour=fields(0, 23), month=fields(1, 12), days=DAYS, since=SINCE)
def test_a_cron_fires_at_its_instants(
    minute: str, hour: str, month: str, days: tuple[str, str], since: datetime
) -> None:
    day, weekday = days
    cron = f"{minute} {hour} {day} {month} {weekday}"
    expected = [at for _, at in zip(range(4), instants(cron, since), strict=False)]
    assume(len(expected) == 4)  # not the 31st of February

    assert fired(cron, since, 4) == expected


def test_crons_are_in_utc_so_summer_time_skips_and_doubles_nothing() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    assert fired("30 2 * * *", began, 365) == [
        began + timedelta(days=n, hours=2, minutes=30) for n in range(365)
    ]


class Notes:
    """Functions that note what they are invoked with."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, Any]] = []
        self.called = asyncio.Event()

    async def invoke(self, name: str, event: bytes, **_: Any) -> Outcome:
        self.invoked.append((name, json.loads(event)))
        self.called.set()
        return Outcome(Ending.DONE, b"null")


NIGHTLY = Schedule("nightly", "clock", cron="17 3 * * *", payload=(("task", "daily"),))


@pytest.mark.parametrize("at", ["2026-11-28T03:16:59.500Z", "2028-02-28T03:16:59.900Z"])
def test_a_cron_reaches_its_function_when_it_is_due(at: str) -> None:
    page = Topology(
        functions=(Function("clock", "ticks", (Need.CORE,), group="clock"),), schedules=(NIGHTLY,)
    )

    async def run() -> tuple[list[tuple[str, Any]], list[tuple[str, bool, bool]]]:
        notes = Notes()
        schedules = Schedules(page, notes)
        schedules.start()
        assert not notes.invoked, "it is not due yet"
        try:
            await asyncio.wait_for(notes.called.wait(), FIRED_WITHIN_S)
            await asyncio.sleep(0)  # what follows the invocation
        finally:
            schedules.stop()
        return notes.invoked, [(r.name, r.ended_s is None, r.failed) for r in schedules.runs()]

    with time_machine.travel(at, tick=True):
        invoked, runs = asyncio.run(run())

    assert invoked == [("clock", {"task": "daily"})]
    assert runs == [("nightly", False, False)]


def test_the_pages_crons_are_due_once_a_day() -> None:
    [cron] = [s.cron for s in TOPOLOGY.schedules if s.cron]
    first, second = fired(cron, AT, 2)
    assert second - first == timedelta(days=1)
