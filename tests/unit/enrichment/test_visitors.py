from datetime import date

import pytest

from pixeltrack.enrichment import visitors
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.sites.sites import Identity
from tests.fakes.records import NOW, site

SITE = SiteId("s")


def test_the_stored_id_counts_only_where_the_site_goes_by_it() -> None:
    assert visitors.stored_id(site(), "user_1") == "user_1"
    assert visitors.stored_id(site(), None) is None
    assert visitors.stored_id(site(), "") is None
    assert visitors.stored_id(site(identity=Identity.COOKIELESS), "user_1") is None


def test_the_hash_depends_on_all_it_is_made_of() -> None:
    parts = [
        (b"salt", SITE, "1.2.3.4", "agent"),
        (b"other", SITE, "1.2.3.4", "agent"),
        (b"salt", SiteId("t"), "1.2.3.4", "agent"),
        (b"salt", SITE, "1.2.3.5", "agent"),
        (b"salt", SITE, "1.2.3.4", "other"),
    ]
    hashes = {visitors.hashed_id(*part) for part in parts}
    assert len(hashes) == len(parts)
    assert visitors.hashed_id(*parts[0]) == visitors.hashed_id(*parts[0])
    assert all(len(text) == 24 for text in hashes)


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("UTC", date(2026, 11, 22)),
        ("Pacific/Kiritimati", date(2026, 11, 23)),
        ("Pacific/Pago_Pago", date(2026, 11, 21)),
        ("No/Such", date(2026, 11, 22)),
        ("", date(2026, 11, 22)),
        ("../../etc/passwd", date(2026, 11, 22)),
        ("America", date(2026, 11, 22)),
        ("a\0b", date(2026, 11, 22)),
        ("x" * 5000, date(2026, 11, 22)),
    ],
)
def test_the_day_is_the_sites(timezone: str, expected: date) -> None:
    assert visitors.local_day(NOW, timezone) == expected
