from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from pixeltrack.events.mongo import store as mongo_store
from pixeltrack.events.mongo.store import (
    REJECTIONS,
    MongoDropCounts,
    MongoRejectionStore,
    date_back_rejections,
)
from pixeltrack.events.ports import RejectionStore
from pixeltrack.events.rejections import Reason, Rejection
from pixeltrack.platform import mongo
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import TrackingId
from tests.fakes.rejections import FakeRejectionStore

NOW = 1_795_341_600_000


def rejection(offset: int, detail: str = "", received_at: int = NOW) -> Rejection:
    return Rejection(0, offset, received_at, Reason.BAD_URL, detail, "{}")


class RejectionStoreContract:
    """What every rejection store holds to; `details` answers what it keeps, by id."""

    @pytest.fixture
    def store(self) -> RejectionStore:
        raise AssertionError("each adapter gives its own")

    def details(self, _store: Any) -> dict[str, str]:
        raise AssertionError("each adapter gives its own")

    def test_a_rejection_that_comes_again_is_left_as_it_is(self, store: RejectionStore) -> None:
        store.add([rejection(1, "first")])
        store.add([rejection(1, "second"), rejection(2, "other")])
        assert self.details(store) == {f"0:1:{NOW}": "first", f"0:2:{NOW}": "other"}

    def test_a_topic_made_anew_hides_nothing(self, store: RejectionStore) -> None:
        store.add([rejection(1)])
        store.add([rejection(1, received_at=NOW + 1)])
        assert len(self.details(store)) == 2

    def test_doubles_in_one_call_are_one(self, store: RejectionStore) -> None:
        store.add([rejection(1), rejection(1)])
        store.add([])
        assert len(self.details(store)) == 1


class TestFakeRejectionStore(RejectionStoreContract):
    @pytest.fixture
    def store(self) -> FakeRejectionStore:
        return FakeRejectionStore()

    def details(self, store: FakeRejectionStore) -> dict[str, str]:
        return {name: kept.detail for name, kept in store.kept.items()}


@pytest.fixture(scope="module")
def database(environ: Mapping[str, str], mongo_database: str) -> Iterator[Database[dict[str, Any]]]:
    database = mongo.connect(environ["MONGODB_URI"], mongo_database)
    yield database
    database.client.close()


class TestMongoRejectionStore(RejectionStoreContract):
    @pytest.fixture
    def store(self, database: Database[dict[str, Any]]) -> MongoRejectionStore:
        self.rejected = database[REJECTIONS]
        self.rejected.delete_many({})
        return MongoRejectionStore(database, lambda: NOW + 7)

    def details(self, store: MongoRejectionStore) -> dict[str, str]:
        return {kept["_id"]: kept["detail"] for kept in store._rejected.find()}

    def test_drops_are_counted_by_site_reason_and_instant(
        self, store: MongoRejectionStore, database: Database[dict[str, Any]]
    ) -> None:
        site = TrackingId("pt_" + "a" * 32)
        shown = '{"siteId":"' + site + '"}'
        mine = [replace(rejection(n), sample=shown, tracking_id=site) for n in range(5)]
        late = [replace(r, reason=Reason.TOO_OLD) for r in mine[3:]]
        store.add([*mine[:3], *late, replace(rejection(9), tracking_id="pt_" + "b" * 32)])
        counts = MongoDropCounts(database)
        assert counts.dropped(site, NOW + 7, NOW + 8) == {"bad_url": 3, "too_old": 2}
        assert counts.dropped(site, NOW, NOW + 7) == {}
        assert counts.dropped(site, NOW + 8, NOW + 99) == {}

    def test_no_more_drops_are_counted_than_promised(
        self,
        store: MongoRejectionStore,
        database: Database[dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(mongo_store, "MOST_DROPPED", 3)
        site = TrackingId("pt_" + "a" * 32)
        store.add([replace(rejection(n), tracking_id=site) for n in range(5)])
        assert MongoDropCounts(database).dropped(site, 0, NOW * 2) == {"bad_url": 3}

    def test_the_document_is_as_promised(self, store: MongoRejectionStore) -> None:
        store.add([rejection(1, "detail")])
        (document,) = self.rejected.find()
        assert int(document.pop("at")) == NOW + 7
        assert document == {
            "_id": f"0:1:{NOW}",
            "partition": 0,
            "offset": 1,
            "receivedAt": NOW,
            "trackingId": "",
            "reason": "bad_url",
            "detail": "detail",
            "sample": "{}",
            "visitors": [],
        }

    def test_an_absent_server_is_unavailable(self) -> None:
        away = mongo.connect("mongodb://127.0.0.1:9", "pixeltrack", within_ms=100)
        with away.client:
            with pytest.raises(StoreUnavailable):
                MongoRejectionStore(away, lambda: NOW).add([rejection(1)])
            with pytest.raises(StoreUnavailable):
                MongoDropCounts(away).dropped(TrackingId("pt"), 0, NOW)


def test_the_days_of_what_lies_ahead_count_from_now(database: Database[dict[str, Any]]) -> None:
    day = 86_400_000
    for offset, at in enumerate([NOW - day, NOW + 1_800_000, NOW + 3_650 * day]):
        MongoRejectionStore(database, lambda at=at: at).add([rejection(900 + offset)])  # type: ignore[misc]
    date_back_rejections(database, NOW)
    found = {
        int(r["offset"]): int(r["at"]) for r in database[REJECTIONS].find({"offset": {"$gte": 900}})
    }
    assert found == {900: NOW - day, 901: NOW, 902: NOW}
