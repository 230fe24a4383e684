"""What the host serves beside the API: the dashboard, the tracker, the demo page and shop."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from infra_cdk.local.emulator.asgi import (
    Headers,
    Receive,
    Scope,
    Send,
    header,
    respond,
    respond_problem,
)
from infra_cdk.topology.web import CHECK_EACH_TIME, WEB

_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_CHECK_EACH_TIME = (b"cache-control", CHECK_EACH_TIME.encode())


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
    """The dashboard at `/`, the demo page at `/demo/`, the tracker at `/tracker.js`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._files = StaticFiles(directory=site.frontend_dir, html=True, check_dir=False)
        shops = f"{site.shop} {site.shop.replace('127.0.0.1', 'localhost')}"
        self._headers = _encoded(WEB.headers())
        self._demo_headers = _encoded(WEB.headers(frame_src=shops))

    async def serves(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Serve a file or page; return False, untouched, where there is none."""
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or path.startswith("/shop"):
            return False
        if path == "/tracker.js":
            return await _serves_tracker(self._site.tracker_file, scope, receive, send)
        headers = self._demo_headers if path.startswith("/demo") else self._headers
        caching = (b"cache-control", WEB.caching(path).encode())
        sent = _with(send, [*headers, caching])
        if await _serves_file(self._files, scope, receive, sent):
            return True
        if not WEB.is_page(path):
            return False
        page = {**scope, "path": WEB.index}
        return await _serves_file(self._files, page, receive, sent)


class Shop:
    """The demo shop, an ASGI app: its pages carry the snippet of the demo site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._folder = site.frontend_dir / "shop"
        self._files = StaticFiles(directory=self._folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page or file; a path without extension is the client's own navigation."""
        if scope["type"] != "http":
            return
        path = scope["path"].rstrip("/").rpartition("/")[2]
        page = None if "." in path and not path.endswith(".html") else self._page(scope["path"])
        if scope["method"] not in {"GET", "HEAD"}:
            await respond(send, 405, b"", [(b"allow", b"GET, HEAD")])
        elif page is not None:
            kind = (b"content-type", b"text/html; charset=utf-8")
            body = b"" if scope["method"] == "HEAD" else page
            await respond(send, 200, body, [kind, _NO_SNIFFING, _CHECK_EACH_TIME])
        else:
            sent = _with(send, [_NO_SNIFFING, _CHECK_EACH_TIME])
            if not await _serves_file(self._files, scope, receive, sent):
                await respond_problem(send, 404, "There is no such file.", "")

    def _page(self, path: str) -> bytes | None:
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
        return text.encode()

    def _values(self) -> Mapping[str, str]:
        demo = self._site.directory / "demo.json"
        known = msgspec.json.decode(demo.read_bytes()) if demo.is_file() else {}
        return {
            "%TRACKING_ID%": str(known.get("trackingId", "")),
            "%PIXELTRACK_ORIGIN%": self._site.origin,
        }


async def _serves_tracker(file: Path, scope: Scope, receive: Receive, send: Send) -> bool:
    answer = _tracker(file)
    if answer is None:
        return False
    seen = header(scope, b"if-none-match")
    headers = [_NO_SNIFFING, _CHECK_EACH_TIME, (b"cross-origin-resource-policy", b"cross-origin")]
    if answer.headers["etag"] in seen:
        etag = (b"etag", answer.headers["etag"].encode())
        await respond(send, HTTPStatus.NOT_MODIFIED, b"", [etag, *headers])
    else:
        await answer(scope, receive, _with(send, headers))
    return True


def _tracker(file: Path) -> FileResponse | None:
    try:
        return FileResponse(file, media_type="text/javascript", stat_result=file.stat())
    except FileNotFoundError:  # not built yet
        return None


async def _serves_file(files: StaticFiles, scope: Scope, receive: Receive, send: Send) -> bool:
    try:
        answer = await files.get_response(files.get_path(scope), scope)
    except HTTPException:
        return False
    except RuntimeError:  # the folder is not built yet
        return False
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return False
    await answer(scope, receive, send)
    return True


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def _with(send: Send, headers: Headers) -> Send:
    """Wrap `send` so that responses carry these headers too."""

    async def sent(message: Scope) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return sent
