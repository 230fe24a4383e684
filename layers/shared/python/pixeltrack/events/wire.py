"""The event on the wire: the public, stable shape that trackers send."""

from typing import Any

import msgspec


class WireEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One event as a tracker sends it; unknown fields are ignored.

    `site_id` is the site's tracking id. `timestamp` is ISO 8601 by the browser's clock.
    The gate has checked every limit and stamped `id` and `timestamp` where they were missing.
    """

    site_id: str
    event_type: str
    url: str
    id: str | None = None
    referrer: str | None = None
    title: str | None = None
    timestamp: str | None = None
    user_id: str | None = None
    screen: str | None = None
    language: str | None = None
    timezone: str | None = None
    payload: dict[str, Any] | None = None
