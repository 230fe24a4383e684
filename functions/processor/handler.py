"""Lambda entry point of the consumer of `raw_events`."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.processor.wiring import processor
from pixeltrack.platform.consumer import Record, consume
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics

metrics = Metrics("processor")


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, list[Any]]:
    """Process a batch whole; raises `Unavailable` so that it comes again."""
    return consume(event, context, take, metrics, logger("processor"))


def take(batch: Sequence[Record], request_id: str) -> Mapping[str, Any]:
    """Process a batch, count what became of it, and return what the log shows."""
    report = processor()(batch, request_id)
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
    return {
        "events": dict(report.outcomes),
        "buckets": report.buckets,
        "repeats": report.repeats,
    }
