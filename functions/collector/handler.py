"""Lambda entry point of `POST /track`, `OPTIONS /track` and `GET /pixel.gif`."""

import time
import traceback
from typing import Any

from functions.collector import tracking
from functions.collector.tracking import Answer
from functions.collector.wiring import wiring
from pixeltrack.platform.errors import BrokerUnavailable, Refused
from pixeltrack.platform.metrics import Metrics, write_line

metrics = Metrics("collector")


def handler(event: dict[str, Any], _context: object) -> Answer:
    """Take a request's events, or say why not; see `tracking` for what each status means."""
    began = time.perf_counter()
    http, request_id = event["requestContext"]["http"], event["requestContext"]["requestId"]
    headers = tracking.headers_for(event["headers"], request_id)
    is_pixel = http["path"] == "/pixel.gif"
    if http["method"] == "OPTIONS":
        answer = tracking.preflight(headers)
    else:
        answer = collect(event, headers, is_pixel=is_pixel)
    return report(event, tracking.as_pixel(answer) if is_pixel else answer, began)


def collect(event: dict[str, Any], headers: dict[str, str], *, is_pixel: bool) -> Answer:
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
            request_id=headers["X-Request-Id"],
        )
        return tracking.accepted(headers)
    except Refused as refused:
        return tracking.problem(refused.status, headers, refused.errors)
    except BrokerUnavailable:
        return tracking.problem(503, headers, detail="Try again in a few seconds.")
    except Exception:  # noqa: BLE001 - the next request must be served whatever this one did
        request_id = headers["X-Request-Id"]
        write_line({"level": "ERROR", "request_id": request_id, "stack": traceback.format_exc()})
        return tracking.problem(500, headers, detail="Quote the request id when you report this.")


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
