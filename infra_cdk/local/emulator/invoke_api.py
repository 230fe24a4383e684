"""Lambda's Invoke API, as boto3 calls it: how functions call one another.

`POST /2015-03-31/functions/{name or ARN}/invocations` with `X-Amz-Invocation-Type`
`RequestResponse`, `Event` (tried three times) or `DryRun`. For programs of this machine only.
"""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote

import msgspec

from infra_cdk.local.emulator.asgi import (
    Receive,
    Scope,
    Send,
    TooLarge,
    header,
    read_body,
    respond,
    respond_json,
)
from infra_cdk.local.emulator.functions import Functions
from infra_cdk.local.emulator.invocation import Ending, function_arn

PREFIX = "/2015-03-31/functions/"
_SUFFIX = "/invocations"
MOST_PAYLOAD_BYTES = 6 * 1024 * 1024
MOST_EVENT_PAYLOAD_BYTES = 1024 * 1024
EVENT_PAUSES_S = (60.0, 120.0)
"""Lambda's pauses before it tries an asynchronous invocation again."""

log = logging.getLogger(__name__)


class InvokeApi:
    """Serves the Invoke API for the functions of this machine."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request whose path begins with `PREFIX`."""
        path = unquote(scope["path"])
        name = path.removeprefix(PREFIX).removesuffix(_SUFFIX)
        name = name.rpartition(":function:")[2].partition(":")[0]
        kind = header(scope, b"x-amz-invocation-type") or "RequestResponse"
        most = MOST_EVENT_PAYLOAD_BYTES if kind == "Event" else MOST_PAYLOAD_BYTES
        if scope["method"] != "POST" or not path.endswith(_SUFFIX):
            await _refuse(send, 404, "UnknownOperationException", "No such operation")
            return
        try:
            event = await read_body(scope, receive, most) or b"{}"
            msgspec.json.decode(event, type=msgspec.Raw)
        except TooLarge:
            text = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
            await _refuse(send, 413, "RequestTooLargeException", text)
        except msgspec.DecodeError:
            text = "Could not parse request body into json"
            await _refuse(send, 400, "InvalidRequestContentException", text)
        else:
            await self._invoke(send, name, kind, event)

    async def _invoke(self, send: Send, name: str, kind: str, event: bytes) -> None:
        request_id = str(uuid.uuid4())
        headers = [
            (b"x-amzn-requestid", request_id.encode()),
            (b"x-amz-executed-version", b"$LATEST"),
        ]
        if name not in self._functions:
            text = f"Function not found: {function_arn(name)}"
            await _refuse(send, 404, "ResourceNotFoundException", text)
        elif kind == "DryRun":
            await respond(send, 204, b"", headers)
        elif kind == "Event":
            self._run(self._try(name, event, request_id))
            await respond(send, 202, b"", headers)
        elif kind == "RequestResponse":
            outcome = await self._functions.invoke(name, event, request_id=request_id, wait_s=10)
            if outcome.ending is Ending.THROTTLED:
                await _refuse(send, 429, "TooManyRequestsException", "Rate Exceeded.")
                return
            if not outcome.is_done:
                headers.append((b"x-amz-function-error", b"Unhandled"))
            headers.append((b"content-type", b"application/json"))
            await respond(send, 200, outcome.payload, headers)
        else:
            text = f"Unknown invocation type {kind}"
            await _refuse(send, 400, "InvalidParameterValueException", text)

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


async def _refuse(send: Send, status: int, kind: str, text: str) -> None:
    answer = {"Type": "User", "Message": text, "message": text}
    await respond_json(send, status, answer, [(b"x-amzn-errortype", kind.encode())])
