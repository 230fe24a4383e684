from collections.abc import Iterator, Sequence

import pytest

from infra_cdk.local.tools import history
from pixeltrack.events import wire
from pixeltrack.events.wire import RawEvent, WireEvent
from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.ports import Message


class Stream:
    """Takes messages, except at the tries that it is told to refuse."""

    def __init__(self, refuses: Sequence[int] = ()) -> None:
        self.taken: list[list[Message]] = []
        self.tries = 0
        self._refuses = refuses

    def publish(self, messages: Sequence[Message], *, within_ms: int | None = None) -> None:
        assert within_ms is None
        self.tries += 1
        if self.tries in self._refuses:
            raise BrokerUnavailable("away")
        self.taken.append(list(messages))


class Clock:
    """Stands in for the module `time`; a pause passes at once, and `passes` seconds with it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.passes = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += self.passes


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(history, "time", clock)
    return clock


def events(number: int) -> Iterator[RawEvent]:
    for n in range(number):
        wire = WireEvent(
            site_id="pt", event_type="pageview", url="/", id=str(n), user_id=f"u{n % 7}"
        )
        yield RawEvent(v=1, received_at=1, ip="", event=wire)


def test_everything_is_sent_as_an_import_keyed_by_visitor() -> None:
    stream, told = Stream(), list[str]()
    number = history.MESSAGES_AT_ONCE + 1
    assert history.send(stream, events(number), told.append) == number
    assert [len(batch) for batch in stream.taken] == [history.MESSAGES_AT_ONCE, 1]
    messages = [message for batch in stream.taken for message in batch]
    read = [wire.decode(message.value) for message in messages]
    assert all(event.is_imported for event in read)
    assert [event.event.id for event in read] == [str(n) for n in range(number)]
    assert len({message.key for message in messages}) == 7
    assert told == ["sent 2,000", "sent 2,001"]


def test_what_was_not_acknowledged_is_sent_again() -> None:
    stream = Stream(refuses=[2, 3])
    history.send(stream, events(history.MESSAGES_AT_ONCE * 2), lambda _: None)
    assert stream.tries == 4
    ids = [wire.decode(m.value).event.id for batch in stream.taken for m in batch]
    assert ids == [str(n) for n in range(history.MESSAGES_AT_ONCE * 2)]


def test_a_broker_that_stays_away_ends_it(clock: Clock) -> None:
    clock.passes = 30
    stream = Stream(refuses=range(100))
    with pytest.raises(BrokerUnavailable):
        history.send(stream, events(1), lambda _: None)
    assert stream.tries == 6


def test_waiting_ends_at_nothing_and_yields_what_is_left() -> None:
    measures = iter([5, None, 3, 3, 0, 9])
    assert list(history._falling(lambda: next(measures), 60)) == [5, 3, 3]


@pytest.mark.parametrize("left", [7, None])
def test_waiting_without_progress_is_given_up(clock: Clock, left: int | None) -> None:
    clock.passes = 40
    with pytest.raises(TimeoutError, match=f"{left} left"):
        list(history._falling(lambda: left, 120))


def test_progress_begins_the_wait_anew(clock: Clock) -> None:
    clock.passes = 100
    left = iter(range(20, -1, -1))
    assert len(list(history._falling(lambda: next(left), 120))) == 20
