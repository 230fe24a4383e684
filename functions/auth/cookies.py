"""The cookies of a log-in and of a known browser, and the origins whose pages may use them."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from pixeltrack.accounts.devices import DEVICE_LIFETIME
from pixeltrack.accounts.tokens import REFRESH_LIFETIME
from pixeltrack.api.requests import Request
from pixeltrack.platform.errors import Forbidden

NAME = "pixeltrack_refresh"
DEVICE = "pixeltrack_device"
FOREIGN = {403: "The request comes from a page of another origin."}
"""The answer to such a request, for the list of a route's problems."""
_OWN_PAGES = {None, "same-origin", "none"}
"""Values of `Sec-Fetch-Site` that no page of another origin sends; programs send none."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class RefreshCookie:
    """Writes the cookies for one origin; `Secure` unless the origin is this machine."""

    def __init__(self, public_url: str, allowed_origins: Collection[str] = ()) -> None:
        url = urlsplit(public_url)
        is_local = url.hostname in _LOOPBACK
        self._secure = "" if is_local else "; Secure"
        self._origins = {public_url, *allowed_origins}
        if is_local:
            port = f":{url.port}" if url.port else ""
            self._origins |= {f"{url.scheme}://{host}{port}" for host in ("127.0.0.1", "localhost")}

    def text(self, token: str) -> str:
        """Return the cookie that holds a token."""
        return self._written(NAME, token, REFRESH_LIFETIME)

    def device(self, token: str) -> str:
        """Return the cookie by which a browser that has logged in is known; log-outs keep it."""
        return self._written(DEVICE, token, DEVICE_LIFETIME)

    def cleared(self) -> str:
        """Return the cookie that deletes the token."""
        return self._written(NAME, "", timedelta(0))

    def token(self, request: Request) -> str | None:
        """Return the token in a request's cookie. Raise `Forbidden` for a foreign page's request.

        Nothing but this class reads cookies, so that no route can forget to ask where they come
        from.
        """
        self.check_origin(request.headers)
        return request.cookie(NAME)

    def known_device(self, request: Request) -> str | None:
        """Return the token by which a browser is known. Raise `Forbidden` as `token` does."""
        self.check_origin(request.headers)
        return request.cookie(DEVICE)

    def check_origin(self, headers: Mapping[str, str]) -> None:
        """Raise `Forbidden` for a page of another origin, whether or not it names itself."""
        origin = headers.get("origin")
        if origin is None:
            is_own = headers.get("sec-fetch-site") in _OWN_PAGES
        else:
            is_own = origin in self._origins
        if not is_own:
            raise Forbidden("Pages of this origin may not log in or out.")

    def _written(self, name: str, value: str, lifetime: timedelta) -> str:
        age_s = int(lifetime.total_seconds())
        scope = f"Path=/auth; Max-Age={age_s}; HttpOnly; SameSite=Strict"
        return f"{name}={value}; {scope}{self._secure}"
