from typing import Any

from pixeltrack.enrichment.pipeline import Processor
from pixeltrack.enrichment.visitors import Floods
from tests.fakes.events import FakeEventStore
from tests.fakes.lookups import FakeDevices, FakeGeo, FakeNetworks, FakeSalts, FakeSites
from tests.fakes.records import NOW, site
from tests.fakes.rejections import FakeRejectionStore
from tests.fakes.streams import FakeStream
from tests.fakes.work import FakeTombstones


def processor(**parts: Any) -> Processor:
    """A processor over fakes; `parts` override."""
    values: dict[str, Any] = {
        "sites": FakeSites(site()),
        "salts": FakeSalts(),
        "tombstones": FakeTombstones(),
        "geo": FakeGeo(),
        "networks": FakeNetworks(),
        "devices": FakeDevices(),
        "events": FakeEventStore(),
        "rejections": FakeRejectionStore(),
        "stream": FakeStream(),
        "now_ms": lambda: NOW + 1000,
        "floods": Floods(0),
    }
    return Processor(**(values | parts))
