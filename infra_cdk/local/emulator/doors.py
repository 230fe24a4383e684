"""Who may come in at the local port: programs of this machine, and its own pages.

A browser tells by `Origin` and `Sec-Fetch-*` whose page asks. A proxy tells itself apart by what
it adds. No list of such headers is ever complete, so the local port knows those that browsers,
curl, Prometheus and the AWS SDKs send, and refuses a request with any other.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from infra_cdk.local.emulator.authority import authority
from infra_cdk.local.emulator.web import problem

OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")

_DIRECT = re.compile(
    rb"host|user-agent|accept(-charset|-encoding|-language)?|authorization|cookie|date|dnt|expect|"
    rb"connection|keep-alive|te|transfer-encoding|content-(encoding|length|md5|type)|"
    rb"cache-control|pragma|range|if-(match|none-match|modified-since|unmodified-since|range)|"
    rb"origin|referer|sec-[a-z0-9-]+|upgrade-insecure-requests|priority|purpose|save-data|"
    rb"access-control-request-(headers|method|private-network|local-network)|"
    rb"amz-sdk-(invocation-id|request)|"
    rb"x-amz-(client-context|content-sha256|date|invocation-type|log-type|security-token|"
    rb"user-agent)|x-prometheus-scrape-timeout-seconds"
)
_SAME = frozenset({"same-origin", "none"})


def fetched(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the first header by which a browser says that a page asks; None: no page does."""
    for name, _ in headers:
        if name == b"origin" or name.startswith(b"sec-fetch-"):
            return name.decode("latin-1")
    return None


class LocalDoor:
    """Lets in at a local port what comes from this machine directly; an ASGI app around one.

    `origins` are those of the stack's own dashboard: its pages may read what `shared` names.
    """

    def __init__(
        self, app: ASGIApp, *, port: int, origins: Iterable[str], shared: frozenset[str]
    ) -> None:
        self._app = app
        self._port = port
        self._own = frozenset(f"http://{name}:{port}" for name in OWN_NAMES)
        self._dashboards = frozenset(origins)
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or refuse it."""
        refusal = self.refusal(scope)
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)  # before it was accepted: 403
        elif refusal is not None:
            await problem(403, refusal)(scope, receive, send)
        elif (origin := self._reader(scope)) is None:
            await self._app(scope, receive, send)
        else:
            await self._shared_with(origin, scope, receive, send)

    def refusal(self, scope: Scope) -> str | None:
        """Return why a request may not come in, or None."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        client = scope.get("client")
        if client is None or not ip_address(client[0]).is_loopback:
            return "This port is for programs of its own machine."
        hosts = [value for name, value in headers if name == b"host"]
        named = authority(hosts[0]) if len(hosts) == 1 else None
        if named is None or named.name not in OWN_NAMES or (named.port or 80) != self._port:
            return f"Ask this port as http://{OWN_NAMES[0]}:{self._port}."
        for name, _ in headers:
            if not _DIRECT.fullmatch(name):
                text = f"This port takes no request with {name.decode('latin-1')}: it was"
                return f"{text} forwarded, or is not of a browser, curl or AWS SDK."
        if scope.get("http_version", "1.1") == "1.0":
            return "This port takes no HTTP/1.0, which proxies speak."
        return self._stranger(scope)

    def _stranger(self, scope: Scope) -> str | None:
        """Refuse what a page of another origin does, but for opening a page of ours whole."""
        said = {name: _values(scope, name) for name in (b"origin", b"sec-fetch-site")}
        origins, sites = said[b"origin"], said[b"sec-fetch-site"]
        if len(origins) > 1 or len(sites) > 1:
            return "Origin and Sec-Fetch-Site are sent once."
        own = self._own | (self._dashboards if scope["path"] in self._shared else frozenset())
        if origins and origins[0] not in own:
            return "Pages of other origins may not ask here."
        if origins or not sites or sites[0] in _SAME or _is_visit(scope):
            return None
        return "Pages of other origins may not ask here."

    def _reader(self, scope: Scope) -> str | None:
        """Return the dashboard's origin where a page of it asks for what is shared with it."""
        origins = _values(scope, b"origin")
        return origins[0] if origins and origins[0] in self._dashboards else None

    async def _shared_with(self, origin: str, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = {"access-control-allow-origin": origin, "vary": "Origin"}
        if scope["method"] == "OPTIONS":
            allowed |= {
                "access-control-allow-methods": "GET",
                "access-control-allow-private-network": "true",
                "access-control-allow-local-network": "true",
            }
            await Response(None, 204, allowed)(scope, receive, send)
            return

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowed)
            await send(message)

        await self._app(scope, receive, send_with)


def origin_of(address: str) -> str:
    """Return the origin of a web address, as browsers write it."""
    parts = urlsplit(address.lower())
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


def _values(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def _is_visit(scope: Scope) -> bool:
    """Tell whether a browser opens a page in a tab of its own."""
    modes, places = _values(scope, b"sec-fetch-mode"), _values(scope, b"sec-fetch-dest")
    is_read = scope["method"] in {"GET", "HEAD"}
    return is_read and (modes, places) == (["navigate"], ["document"])
