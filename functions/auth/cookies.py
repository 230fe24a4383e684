"""The cookie that carries the refresh token, and the origins whose pages may use it."""

from collections.abc import Collection
from urllib.parse import urlsplit

from pixeltrack.accounts.tokens import REFRESH_LIFETIME
from pixeltrack.platform.errors import Forbidden

NAME = "pixeltrack_refresh"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class RefreshCookie:
    """Writes the cookie for one origin; `Secure` unless the origin is this machine."""

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
        return self._written(token, int(REFRESH_LIFETIME.total_seconds()))

    def cleared(self) -> str:
        """Return the cookie that deletes the token."""
        return self._written("", 0)

    def check_origin(self, origin: str | None) -> None:
        """Raise `Forbidden` for a page of another origin; only browsers send one."""
        if origin is not None and origin not in self._origins:
            raise Forbidden("Pages of this origin may not log in or out.")

    def _written(self, value: str, max_age_s: int) -> str:
        scope = f"Path=/auth; Max-Age={max_age_s}; HttpOnly; SameSite=Strict"
        return f"{NAME}={value}; {scope}{self._secure}"
