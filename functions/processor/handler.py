"""Lambda entry point of the consumer of `raw_events`."""

import time
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.processor.wiring import processor
from pixeltrack.enrichment.pipeline import Report
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics
from pixeltrack.platform.records import Record, records

MOST_REQUESTS_LOGGED = 20
metrics = Metrics("processor")


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, list[Any]]:
    """Process a batch whole; raises `Unavailable` so that it comes again."""
    began = time.perf_counter()
    batch = list(records(event))
    try:
        report = processor()(batch, context.aws_request_id)
    except Unavailable as error:
        metrics.count("batches", outcome="put_back")
        metrics.count("errors", outcome="put_back")
        logger("processor").error("batch put back", reason=str(error), **_ids(context, batch))
        raise
    else:
        _log(report, context, batch)
        metrics.count("batches", outcome="done")
    finally:
        metrics.duration("batch_ms", (time.perf_counter() - began) * 1000)
        metrics.flush()
    return {"batchItemFailures": []}


def _log(report: Report, context: LambdaContext, batch: list[Record]) -> None:
    for outcome, n in report.outcomes.items():
        metrics.count("events", n, outcome=outcome)
    metrics.count("repeated_buckets", report.repeats)
    metrics.count("unsampled_rejections", report.unsampled)
    if report.lost:
        metrics.count("errors", len(report.lost), outcome="lost_rejection")
        logger("processor").error("rejections that the store refuses", ids=report.lost[:20])
    if report.faults:
        metrics.count("errors", len(report.faults), outcome="internal")
    for stack in report.faults[:1]:
        logger("processor").error("a step failed", stack=stack, faults=len(report.faults))
    logger("processor").info(
        "batch",
        events=dict(report.outcomes),
        buckets=report.buckets,
        repeats=report.repeats,
        **_ids(context, batch),
    )


def _ids(context: LambdaContext, batch: Iterable[Record]) -> dict[str, Any]:
    """Name the invocation and the first requests whose events it takes on."""
    found = dict.fromkeys(record.header("requestId") for record in islice(batch, 100))
    requests = [request for request in found if request][:MOST_REQUESTS_LOGGED]
    return {"request_id": context.aws_request_id, "requests": requests}
