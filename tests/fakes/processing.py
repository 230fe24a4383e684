from typing import Any

from fakes.events import FakeEventStore
from fakes.lookups import FakeDevices, FakeGeo, FakeSalts, FakeSites
from fakes.records import NOW, site
from fakes.rejections import FakeRejectionStore
from fakes.streams import FakeStream
from fakes.work import FakeTombstones

from pixeltrack.enrichment.pipeline import Processor


def processor(**parts: Any) -> Processor:
    """A processor over fakes; `parts` override."""
    values: dict[str, Any] = {
        "sites": FakeSites(site()),
        "salts": FakeSalts(),
        "tombstones": FakeTombstones(),
        "geo": FakeGeo(),
        "devices": FakeDevices(),
        "events": FakeEventStore(),
        "rejections": FakeRejectionStore(),
        "stream": FakeStream(),
        "now_ms": lambda: NOW + 1000,
    }
    return Processor(**(values | parts))
