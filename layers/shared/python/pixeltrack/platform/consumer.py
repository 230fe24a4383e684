"""What every consumer of a topic does with a batch: take it whole, or have it come again.

Its records come in the format of AWS Lambda's event for MSK and self-managed Kafka. `records` maps
`topic-partition` to lists; topic names may hold `-` themselves, so the key is never split and each
record's own fields count. Header bytes come as numbers, on some runtimes signed.

A consumer is a function of the batch's records and the invocation's id; it counts on the metrics,
and returns what its log line shows beside the ids.
"""

import binascii
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.metrics import Metrics

BROKERS_TIME = "LOG_APPEND_TIME"
MOST_REQUESTS_LOGGED = 20
_MOST_RECORDS_READ = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One consumed record; `timestamp` in epoch milliseconds by the broker or its producer.

    `value` is None where there is none to read: a tombstone, or no base64. The broker's time is in
    records of topics that bear it, though not in those from before they did.
    """

    partition: int
    offset: int
    timestamp: int
    value: bytes | None
    headers: Any = None
    is_brokers_time: bool = False

    def header(self, name: str) -> str | None:
        """Return the first header of that name as text, or None."""
        for entry in self.headers if isinstance(self.headers, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get(name), list):
                return _text(entry[name])
        return None


def records(event: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records of a batch as they come, partition by partition."""
    for batch in event["records"].values():
        for record in batch:
            yield Record(
                partition=int(record["partition"]),
                offset=int(record["offset"]),
                timestamp=int(record.get("timestamp") or 0),
                value=_value(record.get("value")),
                headers=record.get("headers"),
                is_brokers_time=record.get("timestampType") == BROKERS_TIME,
            )


def _value(encoded: Any) -> bytes | None:
    if not isinstance(encoded, str) or not encoded:
        return None
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        return None


def _text(numbers: list[Any]) -> str | None:
    try:
        return bytes(number & 0xFF for number in numbers).decode(errors="replace")
    except TypeError:
        return None


Take = Callable[[Sequence[Record], str], Mapping[str, Any]]


def consume(
    event: Mapping[str, Any], context: LambdaContext, take: Take, metrics: Metrics, log: Logger
) -> dict[str, list[Any]]:
    """Have a batch taken, and return that none of it failed.

    Raise `Unavailable`, so that the batch comes again, where a store or broker is away. Counts
    `batches` by outcome, `errors` of those put back, what the error says of a broker or of this
    machine's clock, and `batch_ms`.
    """
    began = time.perf_counter()
    batch = list(records(event))
    ids = _ids(context, batch)
    try:
        shown = take(batch, context.aws_request_id)
    except Unavailable as error:
        metrics.count("batches", outcome="put_back")
        metrics.count("errors", outcome="put_back")
        metrics.unavailable(error)
        log.error("batch put back", reason=str(error), **ids)  # noqa: TRY400  no stack: it is no fault
        raise
    else:
        log.info("batch", **shown, **ids)
        metrics.count("batches", outcome="done")
        metrics.available()
    finally:
        metrics.duration("batch_ms", (time.perf_counter() - began) * 1000)
        metrics.flush()
    return {"batchItemFailures": []}


def _ids(context: LambdaContext, batch: Iterable[Record]) -> dict[str, Any]:
    """Name the invocation and the first requests whose events it takes on."""
    found = dict.fromkeys(
        record.header("requestId") for record in islice(batch, _MOST_RECORDS_READ)
    )
    requests = [request for request in found if request][:MOST_REQUESTS_LOGGED]
    return {"request_id": context.aws_request_id, "requests": requests}
