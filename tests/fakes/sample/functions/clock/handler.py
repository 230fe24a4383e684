"""Writes down each call of its schedule."""

import json
from pathlib import Path

from pixeltrack.platform import settings


def handler(event, _context):
    with Path(settings.load(settings.Enrichment).geoip_dir, "ticks").open("a") as ticks:
        ticks.write(json.dumps(event) + "\n")
