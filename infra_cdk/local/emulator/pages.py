"""What the host serves beside the API: the dashboard, the tracker, the demo page and shop."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from infra_cdk.local.emulator.web import problem, without_the_servers
from infra_cdk.topology.web import CHECK_EACH_TIME, WEB

_PLAIN = re.compile(rb"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}){0,16}/?")
"""Paths that a file or page of ours can have, as sent: none needs an escape, a dot or a slash more.

Whatever else is sent, decoded once or twice, with slashes of any kind, NUL or half a letter, names
nothing and so opens nothing.
"""

_CHECKED = {"cache-control": CHECK_EACH_TIME}
_TRACKER = {
    **_CHECKED,
    "content-type": "text/javascript; charset=utf-8",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}


class _Demo(msgspec.Struct, rename="camel"):
    tracking_id: str = ""


_decode_demo = msgspec.json.Decoder(_Demo).decode


class Site(Protocol):
    """Where the files are and which origins they are served from."""

    @property
    def directory(self) -> Path:
        """Return the folder with `demo.json`."""

    @property
    def frontend_dir(self) -> Path:
        """Return the folder of the built dashboard, with `demo` and `shop` below it."""

    @property
    def tracker_file(self) -> Path:
        """Return the built tracker."""

    @property
    def origin(self) -> str:
        """Return the origin of dashboard, API and tracker."""

    @property
    def shop(self) -> str:
        """Return the origin of the demo shop."""


class Dashboard:
    """The dashboard at `/` and the demo page at `/demo/`, an ASGI app; the tracker."""

    def __init__(self, site: Site, local_origin: str | None = None) -> None:
        self._files = StaticFiles(directory=site.frontend_dir, html=True, check_dir=False)
        self._tracker_file = site.tracker_file
        self._headers = without_the_servers(WEB.headers())
        asked = f"'self' {local_origin or ''}".strip()
        demo = WEB.headers(frame_src=_both_names(site.shop), connect_src=asked)
        self._demo_headers = without_the_servers(demo)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a file or page; anything else is not found."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)  # before it was accepted: 403
            return
        answer = await self._file_or_page(scope) or _nothing()
        await answer(scope, receive, send)

    async def tracker(self, request: Request) -> Response:
        """Return the tracker, where it is built."""
        folder = StaticFiles(directory=self._tracker_file.parent, check_dir=False)
        answer = await _file(folder, {**request.scope, "path": f"/{self._tracker_file.name}"})
        if answer is None:
            return _nothing()
        answer.headers.update(_TRACKER)
        return answer

    async def _file_or_page(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        if not _PLAIN.fullmatch(scope["raw_path"]) or path.startswith("/shop"):
            return None
        answer = await _file(self._files, scope)
        if answer is None and WEB.is_page(path):
            answer = await _file(self._files, {**scope, "path": WEB.index})
        if answer is not None:
            headers = self._demo_headers if path.startswith("/demo") else self._headers
            answer.headers.update({**headers, "cache-control": WEB.caching(path)})
        return answer


class Shop:
    """The demo shop, an ASGI app: its pages contain the snippet of the demo site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._folder = site.frontend_dir / "shop"
        self._files = StaticFiles(directory=self._folder, check_dir=False)
        own = f"'self' {site.origin}"
        policy = WEB.headers(
            script_src=own,
            connect_src=own,
            img_src=f"{own} data:",
            frame_ancestors=_both_names(site.origin),
        )
        framed = {"X-Frame-Options", "Cross-Origin-Opener-Policy"}  # the demo page frames it
        kept = {name: value for name, value in policy.items() if name not in framed}
        self._page_headers = without_the_servers(kept) | _CHECKED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page or file; a path without extension is the client's own navigation."""
        if scope["type"] != "http":
            return
        if scope["method"] not in {"GET", "HEAD"}:
            answer: Response = Response(status_code=405, headers={"allow": "GET, HEAD"})
        else:
            answer = await self._file_or_page(scope)
        await answer(scope, receive, send)

    async def _file_or_page(self, scope: Scope) -> Response:
        if not _PLAIN.fullmatch(scope["raw_path"]):
            return _nothing()
        name = scope["path"].rstrip("/").rpartition("/")[2]
        page = None if "." in name and not name.endswith(".html") else self._page(scope["path"])
        if page is not None:
            return HTMLResponse(page, headers=self._page_headers)
        answer = await _file(self._files, scope)
        if answer is None:
            return problem(404, "There is no such file.")
        answer.headers.update(_CHECKED)
        return answer

    def _page(self, path: str) -> str | None:
        wanted = path.strip("/") or "index.html"
        file = (self._folder / wanted).resolve()
        if file.suffix != ".html":
            file = self._folder / "index.html"
        elif not file.is_relative_to(self._folder.resolve()):
            return None
        if not file.is_file():
            return None
        text = file.read_text()
        for placeholder, value in self._values().items():
            text = text.replace(placeholder, value)
        return text

    def _values(self) -> Mapping[str, str]:
        try:
            known = _decode_demo((self._site.directory / "demo.json").read_bytes())
        except (OSError, msgspec.DecodeError):
            known = _Demo()
        return {
            "%TRACKING_ID%": known.tracking_id,
            "%PIXELTRACK_ORIGIN%": self._site.origin,
        }


async def _file(files: StaticFiles, scope: Scope) -> Response | None:
    """Return a file of a folder; None where there is none, no folder yet, or it does not open."""
    try:
        answer = await files.get_response(files.get_path(scope), scope)
    except (HTTPException, OSError, ValueError):
        return None
    return None if answer.status_code == HTTPStatus.NOT_FOUND else answer


def _both_names(origin: str) -> str:
    """Return an origin by the two names that people call their own machine."""
    return f"{origin} {origin.replace('127.0.0.1', 'localhost')}"


def _nothing() -> Response:
    return problem(404, "There is nothing at this address.")
