"""The sites that generated traffic goes to: the demo account's, named after their plan."""

import secrets
from dataclasses import dataclass

import psycopg

from infra_cdk.local.tools.seed import EMAIL
from infra_cdk.local.tools.traffic.catalogue import ZONES
from pixeltrack.platform.identifiers import SiteId, TrackingId, tracking_id

_ACCOUNT = "select id from accounts where email = %(email)s for update"
_FIND = """
    select s.id::text, s.tracking_id, s.timezone
    from sites s join site_members m on m.site_id = s.id
    where m.account_id = %(account)s and m.role = 'owner' and s.name = %(name)s"""
_ADD = """
    with site as (
        insert into sites (tracking_id, url, name, timezone)
        values (%(tracking_id)s, %(url)s, %(name)s, %(timezone)s)
        returning id, tracking_id, timezone
    ), member as (
        insert into site_members (site_id, account_id, role)
        select id, %(account)s, 'owner' from site
    )
    select id::text, tracking_id, timezone from site"""


@dataclass(frozen=True, slots=True)
class Generated:
    """A site to generate traffic for."""

    site_id: SiteId
    tracking_id: TrackingId
    timezone: str


def make_sites(database_url: str, plan: str, number: int) -> list[Generated]:
    """Find or create a plan's sites; they take the zones of the catalogue in turn."""
    found = []
    with psycopg.connect(database_url) as connection:
        # The lock makes two concurrent runs go one after the other.
        (account,) = connection.execute(_ACCOUNT, {"email": EMAIL}).fetchone() or (None,)
        for n in range(number):
            values = {
                "account": account,
                "name": f"Generated {plan} · {n + 1}",
                "tracking_id": tracking_id(secrets.token_bytes(16)),
                "url": "https://shop.example",
                "timezone": ZONES[n % len(ZONES)],
            }
            row = connection.execute(_FIND, values).fetchone()
            row = row or connection.execute(_ADD, values).fetchone()
            if row is not None:
                found.append(Generated(*row))
    return found
