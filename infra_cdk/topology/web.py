"""How the dashboard's files are served: headers, caching, and the paths of its own pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CHECK_EACH_TIME = "no-cache"
KEEP_FOR_EVER = "public, max-age=31536000, immutable"

PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
"""What no page may ask of a browser, nor any frame in it."""

_POLICY = {
    "default-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "object-src": "'none'",
}


@dataclass(frozen=True, slots=True)
class Web:
    """The dashboard as a set of files in which every page is `index`."""

    index: str = "/index.html"
    hashed: str = "/assets/"
    """Files below carry a digest of their content in their name."""
    elsewhere: frozenset[str] = frozenset(
        {
            *("api", "assets", "auth", "demo", "docs", "pixel.gif", "shop", "track"),
            *("2015-03-31", "@connections", "mailbox", "metrics"),  # at the local port
        }
    )
    """First segments of paths that are never a page of the dashboard."""
    policy: Mapping[str, str] = field(default_factory=lambda: _POLICY)

    def is_page(self, path: str) -> bool:
        """Tell whether an address that is no file belongs to the dashboard's own navigation."""
        first, _, _ = path.lstrip("/").partition("/")
        return first not in self.elsewhere and "." not in path.rpartition("/")[2]

    def caching(self, path: str) -> str:
        """Return the `Cache-Control` of a file."""
        return KEEP_FOR_EVER if path.startswith(self.hashed) else CHECK_EACH_TIME

    def headers(self, **more: str) -> dict[str, str]:
        """Return the headers of every file; `more` are additional directives of the policy."""
        policy = {**self.policy, **{name.replace("_", "-"): value for name, value in more.items()}}
        return {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Frame-Options": "DENY",
            "Permissions-Policy": PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
        }


WEB = Web()
