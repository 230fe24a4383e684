"""Lambda's Invoke API, as boto3 calls it: how functions call one another.

`POST /2015-03-31/functions/{name or ARN}/invocations` with `X-Amz-Invocation-Type`
`RequestResponse`, `Event` (tried three times) or `DryRun`. Signed, and never for a page.
"""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from infra_cdk.local.emulator.functions import Functions
from infra_cdk.local.emulator.invocation import Ending, function_arn
from infra_cdk.local.emulator.payload import RETRY_AFTER_S
from infra_cdk.local.emulator.signed import Signatures
from infra_cdk.local.emulator.web import TooLarge
from infra_cdk.local.signatures import SignatureRefused

SERVICE = "lambda"
_PATH = "/2015-03-31/functions/{name:path}/invocations"
_ANYTHING_ELSE = "/2015-03-31/functions/{rest:path}"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
MOST_PAYLOAD_BYTES = 6 * 1024 * 1024
MOST_EVENT_PAYLOAD_BYTES = 1024 * 1024
EVENT_PAUSES_S = (60.0, 120.0)
"""Lambda's pauses before it tries an asynchronous invocation again."""

log = logging.getLogger(__name__)


class InvokeApi:
    """Serves the Invoke API for the functions of this machine."""

    def __init__(self, functions: Functions, signatures: Signatures) -> None:
        self._functions = functions
        self._signatures = signatures
        self._running: set[asyncio.Task[None]] = set()

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route(_PATH, self._serve, methods=["POST"]),
            Route(_ANYTHING_ELSE, _unknown, methods=_METHODS),
        ]

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["name"].rpartition(":function:")[2].partition(":")[0]
        kind = request.headers.get("x-amz-invocation-type") or "RequestResponse"
        most = MOST_EVENT_PAYLOAD_BYTES if kind == "Event" else MOST_PAYLOAD_BYTES
        try:
            event = await self._signatures.read(request, SERVICE, most) or b"{}"
            msgspec.json.decode(event, type=msgspec.Raw)
        except SignatureRefused as refused:
            return _refusal(403, refused.code, str(refused))
        except TooLarge:
            text = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
            return _refusal(413, "RequestTooLargeException", text)
        except msgspec.DecodeError:
            text = "Could not parse request body into json"
            return _refusal(400, "InvalidRequestContentException", text)
        return await self._invoke(name, kind, event)

    async def _invoke(self, name: str, kind: str, event: bytes) -> Response:
        request_id = str(uuid.uuid4())
        headers = {"x-amzn-requestid": request_id, "x-amz-executed-version": "$LATEST"}
        if name not in self._functions:
            text = f"Function not found: {function_arn(name)}"
            return _refusal(404, "ResourceNotFoundException", text)
        if kind == "DryRun":
            return Response(None, 204, headers)
        if kind == "Event":
            self._run(self._try(name, event, request_id))
            return Response(None, 202, headers)
        if kind != "RequestResponse":
            text = f"Unknown invocation type {kind}"
            return _refusal(400, "InvalidParameterValueException", text)
        outcome = await self._functions.invoke(name, event, request_id=request_id, wait_s=10)
        if outcome.ending is Ending.THROTTLED:
            answer = _refusal(429, "TooManyRequestsException", "Rate Exceeded.")
            answer.headers["retry-after"] = str(RETRY_AFTER_S)
            return answer
        if not outcome.is_done:
            headers["x-amz-function-error"] = "Unhandled"
        return Response(outcome.payload, 200, headers, media_type="application/json")

    async def _try(self, name: str, event: bytes, request_id: str) -> None:
        for pause_s in (*EVENT_PAUSES_S, None):
            outcome = await self._functions.invoke(name, event, request_id=request_id)
            if outcome.is_done:
                return
            log.warning("asynchronous call of %s failed: %s", name, outcome.error_text())
            if pause_s is not None:
                await asyncio.sleep(pause_s)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _unknown(_request: Request) -> Response:
    return _refusal(404, "UnknownOperationException", "No such operation")


def _refusal(status: int, kind: str, text: str) -> Response:
    answer = {"Type": "User", "Message": text, "message": text}
    return JSONResponse(answer, status, {"x-amzn-errortype": kind})
