"""What every consumer of a topic does with a batch: take it whole, or have it come again.

A consumer is a function of the batch's records and the invocation's id; it counts on the metrics,
and returns what its log line shows beside the ids.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.metrics import Metrics
from pixeltrack.platform.records import Record, records

MOST_REQUESTS_LOGGED = 20
_MOST_RECORDS_READ = 100

Take = Callable[[Sequence[Record], str], Mapping[str, Any]]


def consume(
    event: Mapping[str, Any], context: LambdaContext, take: Take, metrics: Metrics, log: Logger
) -> dict[str, list[Any]]:
    """Have a batch taken, and return that none of it failed.

    Raise `Unavailable`, so that the batch comes again, where a store or broker is away. Counts
    `batches` by outcome, `errors` of those put back, and `batch_ms`.
    """
    began = time.perf_counter()
    batch = list(records(event))
    ids = _ids(context, batch)
    try:
        shown = take(batch, context.aws_request_id)
    except Unavailable as error:
        metrics.count("batches", outcome="put_back")
        metrics.count("errors", outcome="put_back")
        log.error("batch put back", reason=str(error), **ids)  # noqa: TRY400  no stack: it is no fault
        raise
    else:
        log.info("batch", **shown, **ids)
        metrics.count("batches", outcome="done")
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
