"""Reads requests that must be signed, as AWS's own APIs must be, and that no page may send."""

from datetime import UTC, datetime

from starlette.requests import Request

from infra_cdk.local.emulator.doors import fetched
from infra_cdk.local.emulator.invocation import REGION
from infra_cdk.local.emulator.web import read_body
from infra_cdk.local.signatures import Keys, SignatureRefused, Signed, claim


class Signatures:
    """Checks signatures by the keys of this start of the host."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def read(self, request: Request, service: str, most: int) -> bytes:
        """Return the body of a request that is signed for a service; raise `SignatureRefused`.

        Nothing of it is read before its key is known. Raise `TooLarge` past `most` bytes.
        """
        if name := fetched(request.scope["headers"]):
            text = f"Pages may not ask here: the request has {name}."
            raise SignatureRefused("AccessDeniedException", text)
        claimed = claim(_as_sent(request), self._keys, service, REGION, datetime.now(UTC))
        body = await read_body(request, most)
        claimed.check(self._keys, body)
        return body


def _as_sent(request: Request) -> Signed:
    scope = request.scope
    headers = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    ]
    path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("latin-1")
    return Signed(scope["method"], path, query, tuple(headers))
