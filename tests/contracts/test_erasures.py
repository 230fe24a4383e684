"""Erasure of rejections: a site's own, whenever they were written."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from pixeltrack.events.erasure import Erasure, Span
from pixeltrack.events.identity import visitor_key
from pixeltrack.events.mongo.erasures import MongoErasures
from pixeltrack.events.mongo.store import REJECTIONS, MongoRejectionStore, ensure_indexes
from pixeltrack.events.rejections import Reason, Rejection
from pixeltrack.platform import mongo
from pixeltrack.platform.identifiers import SiteId, TrackingId

NOW = 1_795_341_600_000
SITE, TRACKING = SiteId("site"), TrackingId("pt_" + "1" * 32)
OTHER = "pt_" + "2" * 32


def rejection(offset: int, tracking_id: str, visitor: str = "ivan") -> Rejection:
    sample = msgspec.json.encode({"siteId": tracking_id, "userId": visitor}).decode()
    return Rejection(0, offset, NOW, Reason.BAD_URL, "detail", sample, tracking_id)


@pytest.fixture
def database(environ: Mapping[str, str], mongo_database: str) -> Iterator[Database[dict[str, Any]]]:
    database = mongo.connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    yield database
    database[REJECTIONS].delete_many({})
    database.client.close()


def test_an_erasure_reads_its_own_site_s_rejections(database: Database[dict[str, Any]]) -> None:
    rejected = database[REJECTIONS]
    store = MongoRejectionStore(database, lambda: NOW)
    store.add([rejection(n, OTHER) for n in range(30)])
    store.add([rejection(100, TRACKING), rejection(101, TRACKING, "anna")])
    # Written before rejections bore a tracking id.
    old = {"_id": f"0:200:{NOW}", "receivedAt": NOW, "at": DatetimeMS(NOW - 9_000), "detail": "d"}
    rejected.insert_one(old | {"sample": rejection(200, TRACKING).sample})
    assert erased(database) == (3, 2)
    emptied = {document["_id"] for document in rejected.find({"sample": ""})}
    assert emptied == {f"0:100:{NOW}", f"0:200:{NOW}"}
    assert {d["detail"] for d in rejected.find({"sample": ""})} == {""}


def erased(database: Database[dict[str, Any]]) -> tuple[int, int]:
    """Erase Ivan; return how many documents were read, and how many changed."""
    erasure = Erasure(SITE, TRACKING, {visitor_key(SITE, "ivan", imported=False): NOW + 1})
    band: Span | None = MongoErasures(database).newest(NOW + 1)
    read = changed = 0
    while band is not None:
        done = MongoErasures(database).rewrite_rejections(erasure, band, NOW - 86_400_000)
        read, changed, band = read + done.read, changed + sum(done.changed.values()), done.next
    return read, changed


def test_a_sample_is_found_however_it_was_cut(database: Database[dict[str, Any]]) -> None:
    rejected = database[REJECTIONS]
    cut = rejection(1, TRACKING).sample[:20]
    mine = Rejection(0, 1, NOW, Reason.BAD_URL, "d", cut, TRACKING, ("anna", "ivan"))
    others = Rejection(0, 2, NOW, Reason.BAD_URL, "d", cut, TRACKING, ("anna",))
    MongoRejectionStore(database, lambda: NOW).add([mine, others])
    # Written before rejections said whom they are about.
    old = {"_id": f"0:3:{NOW}", "receivedAt": NOW, "at": DatetimeMS(NOW), "trackingId": TRACKING}
    rejected.insert_one(old | {"sample": cut, "detail": "d"})
    assert erased(database) == (3, 2)
    assert {d["_id"]: d["sample"] for d in rejected.find()} == {
        mine.id: "",
        others.id: cut,
        f"0:3:{NOW}": "",
    }
    kept = rejected.find_one({"_id": mine.id})
    assert kept is not None
    assert "ivan" not in str(kept)
    assert erased(database) == (3, 0)


def test_a_rejection_is_found_by_the_site_that_its_sample_shows(
    database: Database[dict[str, Any]],
) -> None:
    odd = rejection(1, TRACKING)
    MongoRejectionStore(database, lambda: NOW).add(
        [Rejection(0, 1, NOW, Reason.MALFORMED, "", odd.sample)]
    )
    (document,) = database[REJECTIONS].find()
    assert document["trackingId"] == TRACKING


def test_the_index_of_rejections_by_site_is_there(database: Database[dict[str, Any]]) -> None:
    keys = [list(index["key"]) for index in database[REJECTIONS].list_indexes()]
    assert ["trackingId", "at"] in keys
