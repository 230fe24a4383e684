"""The ids that must not be mixed up, as types of their own."""

from typing import NewType

SiteId = NewType("SiteId", str)
"""A site's own id (UUID): what the API calls `siteId` and every query is scoped by."""

TrackingId = NewType("TrackingId", str)
"""The public id in a site's snippet, `pt_…`: what an event on the wire calls `siteId`."""

AccountId = NewType("AccountId", str)
"""An account's id (UUID)."""

EventId = NewType("EventId", str)
"""An event's id, made in the browser; with the site it identifies the event."""
