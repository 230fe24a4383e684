"""Kafka event source: polls a consumer group's partitions and invokes the function with batches.

One thread per consumer. Offsets are committed only for records that the function is done with, so
whatever is interrupted is delivered again.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, cast

from confluent_kafka import (
    OFFSET_INVALID,
    TIMESTAMP_LOG_APPEND_TIME,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka import Consumer as Client

from infra_cdk.local.emulator.batches import Batch, Batches, Record
from infra_cdk.local.emulator.functions import ThreadInvoker
from infra_cdk.local.emulator.invocation import Ending, Outcome
from infra_cdk.topology import Consumer

IDLE_POLL_S = 0.1
GRACE_S = 5.0
ANSWER_S = 2.0
MEASURE_EVERY_S = 5.0
UNASSIGNED_S = 30.0
"""A client that the group gives nothing for so long, as after a broker that hung, is replaced."""
BUSY_POLL_S = 0.01
"""While something is in flight, its end must be noticed soon."""
SERVE_EVERY_S = 1.0
"""How often the client is asked at least, which tells of errors and partitions only then."""
FETCH_WAIT_MS = 100
MOST_AHEAD = 8
"""How many batches are held ready; more records stay with the client."""
MOST_BEHIND_FAILURE = 2
"""How many batches of a partition are held behind one that fails, before the others go on alone."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """How far one partition is: `done` is the next offset to process, None at the very start."""

    done: int | None
    is_paused: bool = False


class KafkaPoller(threading.Thread):
    """Reads `topic` (its name on the broker) for one function, `most_in_flight` batches at once.

    `lag` is how many records are not done, `oldest_ms` since when (epoch) the oldest of them is
    there; None: none is known of. Both are a few seconds old.
    """

    def __init__(
        self,
        consumer: Consumer,
        topic: str,
        config: Mapping[str, Any],
        functions: ThreadInvoker,
        *,
        most_in_flight: int,
    ) -> None:
        super().__init__(name=f"kafka-{consumer.function}", daemon=True)
        self.consumer = consumer
        self.topic = topic
        self.group_id = consumer.group_id(topic)
        self.progress: dict[int, Progress] = {}
        self.lag: int | None = None
        self.oldest_ms: int | None = None
        self._measure_at = 0.0
        self._served_at = 0.0
        self._functions = functions
        self._most_in_flight = most_in_flight
        self._servers = str(config["bootstrap.servers"])
        self._config = {
            **config,
            "group.id": self.group_id,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "session.timeout.ms": 6_000,
            # Fetched are many records at a time, or what there is after a moment: a fetch for each
            # record would cost as much as all else.
            "fetch.min.bytes": 65_536,
            "fetch.wait.max.ms": FETCH_WAIT_MS,
            # Else a partition of which enough was fetched gets nothing for a second.
            "fetch.queue.backoff.ms": 20,
            "topic.metadata.refresh.interval.ms": 1_000,
            "queued.min.messages": 4 * consumer.batch_size,
            "queued.max.messages.kbytes": 16_384,
            "log.connection.close": False,
            "error_cb": self._on_error,
        }
        self._batches = Batches(topic, consumer.batch_size, consumer.window_ms / 1000)
        self._flights: dict[Future[Outcome], Batch] = {}
        self._asked: deque[Future[dict[int, int | None]]] = deque()
        self._stopping = threading.Event()
        self._last_fault = ""

    @property
    def is_assigned(self) -> bool:
        """Whether the group gave this consumer partitions."""
        return bool(self.progress)

    def lags(self) -> dict[int, int | None]:
        """Return how many records of each partition are not done; None: the broker is away.

        For any thread but the event loop's. The polling thread queries the broker, since a client
        serves one thread at a time.
        """
        asked: Future[dict[int, int | None]] = Future()
        self._asked.append(asked)
        try:
            return asked.result(timeout=ANSWER_S)
        except TimeoutError:
            return dict.fromkeys(self.progress)

    def stop(self) -> None:
        """Ask the thread to end; batches in flight get a moment, else they are delivered again."""
        self._stopping.set()

    def run(self) -> None:
        """Poll until asked to stop; an error is logged and polling starts again."""
        while not self._stopping.is_set():
            try:
                self._consume()
            except Exception:
                log.exception("consumer %s broke; it starts anew", self.group_id)
                self._stopping.wait(1)

    def _consume(self) -> None:
        self._flights.clear()
        self._batches = Batches(
            self.topic, self.consumer.batch_size, self.consumer.window_ms / 1000
        )
        client = Client(self._config, logger=log)
        try:
            client.subscribe([self.topic], on_assign=self._on_assign, on_revoke=self._on_revoke)
            assigned_at = time.monotonic()
            while not self._stopping.is_set():
                self._take(client, self._patience())
                if self.progress:
                    assigned_at = time.monotonic()
                elif time.monotonic() - assigned_at > UNASSIGNED_S:
                    log.warning("%s has long had no partitions; it starts anew", self.group_id)
                    break
                self._land(client)
                self._send()
                self._hold_back(client)
                self._measure(client)
                while self._asked:
                    self._asked.popleft().set_result(self._lags(client))
            wait(self._flights, timeout=GRACE_S)
            self._land(client)
        finally:
            self.progress = {}
            client.close()

    def _patience(self) -> float:
        if self._flights:
            return BUSY_POLL_S
        due = self._batches.next_due_at()
        return IDLE_POLL_S if due is None else min(IDLE_POLL_S, max(0, due - time.monotonic()))

    def _take(self, client: Client, patience_s: float) -> None:
        """Take what the client has, or while enough is ready, wait for a flight to end."""
        now = time.monotonic()
        is_enough = self._is_enough()
        if is_enough and now - self._served_at < SERVE_EVERY_S:
            wait(self._flights, patience_s, FIRST_COMPLETED)
            return
        self._served_at = now
        first = client.poll(0 if is_enough else patience_s)
        if first is None:
            return
        more = [] if is_enough else client.consume(self.consumer.batch_size, 0)
        now, wall_ms = time.monotonic(), time.time() * 1000
        for message in (first, *more):
            error = message.error()
            if error is None:
                self._last_fault = ""
                record = _record(self.topic, message)
                # The batching window runs while the broker gathers a fetch, too.
                waited_ms = min(max(0.0, wall_ms - record.timestamp), FETCH_WAIT_MS)
                self._batches.add(record, now - waited_ms / 1000)
            else:
                self._on_error(error)

    def _land(self, client: Client) -> None:
        """Take in finished batches and commit what is done."""
        for flight in [f for f in self._flights if f.done()]:
            batch = self._flights.pop(flight)
            outcome = flight.result()
            if outcome.ending is not Ending.DONE:
                log.warning(
                    "%s failed a batch of %s, which comes again: %s",
                    self.consumer.function,
                    self.topic,
                    outcome.error_text(),
                )
            done = self._batches.settle(batch, outcome, time.monotonic())
            for number, offset in done.items():
                self.progress[number].done = offset
            if done:
                offsets = [TopicPartition(self.topic, n, offset) for n, offset in done.items()]
                client.commit(offsets=offsets, asynchronous=True)

    def _send(self) -> None:
        while len(self._flights) < self._most_in_flight:
            batch = self._batches.due(time.monotonic())
            if batch is None:
                return
            event = batch.event(self.topic, self._servers)
            flight = self._functions.invoke_from_thread(self.consumer.function, event)
            self._flights[flight] = batch

    def _is_enough(self) -> bool:
        ready = (self._batches.waiting(n) for n, p in self.progress.items() if not p.is_paused)
        return sum(ready) >= MOST_AHEAD * self.consumer.batch_size

    def _hold_back(self, client: Client) -> None:
        """Pause a partition whose batch fails, before it fills the room of all; resume it later.

        Others are not paused: it takes the client up to a second to fetch again what it resumes.
        """
        for number, progress in self.progress.items():
            waiting = self._batches.waiting(number)
            is_failing = self._batches.is_failing(number)
            if progress.is_paused and (waiting <= self.consumer.batch_size or not is_failing):
                client.resume([TopicPartition(self.topic, number)])
                progress.is_paused = False
            elif (
                not progress.is_paused
                and is_failing
                and waiting >= MOST_BEHIND_FAILURE * self.consumer.batch_size
            ):
                client.pause([TopicPartition(self.topic, number)])
                progress.is_paused = True

    def _measure(self, client: Client) -> None:
        """Note now and then, for whoever asks how all is, how much waits and since when."""
        if time.monotonic() < self._measure_at:
            return
        lags = []
        for number, progress in self.progress.items():
            partition = TopicPartition(self.topic, number)
            low, high = client.get_watermark_offsets(partition, cached=True)
            if high < 0:  # nothing was fetched yet
                continue
            lags.append(max(0, high - max(low, progress.done or 0)))
        self.lag = sum(lags) if lags and len(lags) == len(self.progress) else None
        self.oldest_ms = self._batches.oldest_ms()
        self._measure_at = time.monotonic() + MEASURE_EVERY_S

    def _lags(self, client: Client) -> dict[int, int | None]:
        lags: dict[int, int | None] = dict.fromkeys(self.progress)
        try:
            for number, progress in self.progress.items():
                partition = TopicPartition(self.topic, number)
                low, high = client.get_watermark_offsets(partition, timeout=ANSWER_S / 2)
                lags[number] = max(0, high - max(low, progress.done or 0))
        except KafkaException as error:
            self._on_error(error.args[0])
        return lags

    def _on_assign(self, client: Client, partitions: Sequence[TopicPartition]) -> None:
        found: Sequence[TopicPartition] = ()
        try:
            found = client.committed(list(partitions), timeout=5)
        except KafkaException as error:
            self._on_error(error.args[0])
        known = {p.partition: p.offset for p in found if p.offset > OFFSET_INVALID}
        self.progress = {p.partition: Progress(known.get(p.partition)) for p in partitions}
        log.info("%s reads %d partitions of %s", self.group_id, len(partitions), self.topic)

    def _on_revoke(self, _client: Client, partitions: Sequence[TopicPartition]) -> None:
        numbers = [p.partition for p in partitions]
        self._batches.forget(numbers)
        self.progress = {n: p for n, p in self.progress.items() if n not in numbers}

    def _on_error(self, error: KafkaError) -> None:
        """Log a fault once, not at each try."""
        if error.name() != self._last_fault:
            self._last_fault = error.name()
            log.warning("%s waits for %s: %s", self.group_id, self.topic, error.str())


def _record(topic: str, message: Message) -> Record:
    kind, at = message.timestamp()
    headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    return Record(
        topic=topic,
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp=at,
        timestamp_type="LOG_APPEND_TIME" if kind == TIMESTAMP_LOG_APPEND_TIME else "CREATE_TIME",
        value=message.value(),
        headers=[{name: list(value or b"")} for name, value in headers],
        key=message.key(),
    )
