"""Lambda entry point of `POST /track`, `OPTIONS /track` and `GET /pixel.gif`."""

import time
import traceback
from typing import Any

from functions.collector import tracking
from functions.collector.tracking import Answer
from functions.collector.wiring import wiring
from pixeltrack.platform.errors import BrokerUnavailable, Refused, Unavailable
from pixeltrack.platform.metrics import Metrics, Seldom, write_line

SPARE_MS = 1_500
"""Time before the deadline by which an answer must have left."""

LEAST_MS = 100
"""How long Kafka is waited for at least, whatever this machine's clock makes of the deadline."""

metrics = Metrics("collector")
seldom = Seldom()


def handler(event: dict[str, Any], context: Any) -> Answer:
    """Take a request's events, or say why not; see `tracking` for what each status means."""
    began = time.perf_counter()
    http, request_id = event["requestContext"]["http"], event["requestContext"]["requestId"]
    headers = tracking.headers_for(event["headers"], request_id)
    is_pixel = http["path"] == "/pixel.gif"
    if http["method"] == "OPTIONS":
        answer = tracking.preflight(headers)
    else:
        answer = collect(event, context, headers, is_pixel=is_pixel)
    return report(event, tracking.as_pixel(answer) if is_pixel else answer, began)


def collect(
    event: dict[str, Any], context: Any, headers: dict[str, str], *, is_pixel: bool
) -> Answer:
    """Return once the request's events are acknowledged, refused, or cannot be taken now."""
    try:
        batch = tracking.read_query(event) if is_pixel else tracking.read_body(event)
        clients, take = wiring()
        http, sent = event["requestContext"]["http"], event["headers"]
        take(
            batch,
            clients.identify(http["sourceIp"], sent),
            user_agent=sent.get("user-agent", ""),
            origin=sent.get("origin", ""),
            referer=sent.get("referer", ""),
            request_id=headers["X-Request-Id"],
            within_ms=left_ms(context),
        )
        metrics.available()
        return tracking.accepted(headers)
    except Refused as refused:
        return tracking.problem(refused.status, headers, refused.errors)
    except Unavailable as error:
        note(error)
        return tracking.problem(503, headers, detail="Try again in a few seconds.")
    except Exception:  # noqa: BLE001 - the next request must be served whatever this one did
        request_id = headers["X-Request-Id"]
        write_line({"level": "ERROR", "request_id": request_id, "stack": traceback.format_exc()})
        return tracking.problem(500, headers, detail="Quote the request id when you report this.")


def left_ms(context: Any) -> int | None:
    """Return how long Kafka may be waited for, where the invocation has a deadline."""
    if context is None:
        return None
    remaining: int = context.get_remaining_time_in_millis()
    return max(remaining - SPARE_MS, LEAST_MS)


def note(error: Unavailable) -> None:
    """Count why nothing can be taken now, and log it once a minute."""
    kind = type(error).__name__
    metrics.count("refusals", reason=kind)
    metrics.unavailable(error)
    if isinstance(error, BrokerUnavailable):
        kind = " ".join([kind, *sorted(error.errors)])
    seldom.write(kind, level="ERROR", message="nothing can be taken", reason=str(error))


def report(event: dict[str, Any], answer: Answer, began: float) -> Answer:
    """Write the request's one line: log and metrics."""
    context = event["requestContext"]
    labels = {"route": event["routeKey"], "status": str(answer["statusCode"])}
    metrics.count("requests", **labels)
    if answer["statusCode"] >= 500:
        metrics.count("errors", **labels)
    metrics.duration("duration_ms", (time.perf_counter() - began) * 1000, **labels)
    metrics.flush(
        level="INFO",
        message="request",
        method=context["http"]["method"],
        request_id=context["requestId"],
    )
    return answer
