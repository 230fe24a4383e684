"""Writes down each batch it is given, then ends as the batch's newest order says."""

import base64
import json
import os
import time
from pathlib import Path

from pixeltrack.platform import settings


def handler(event, context):
    folder = Path(settings.load(settings.Enrichment).geoip_dir)
    began = time.time()
    batches = event.get("records") or event["rmqMessagesByQueue"]
    values = [
        base64.b64decode(r.get("value") or r.get("data")) for rs in batches.values() for r in rs
    ]
    orders = [json.loads(value) for value in values]
    answer = None
    try:
        for order in orders:
            once = folder / f"once-{order.get('once')}"
            if order.get("once") and once.exists():
                continue
            if order.get("once"):
                once.touch()
            time.sleep(order.get("sleep_s", 0))
            if "raise" in order:
                raise ValueError(order["raise"])
            if "exit" in order:
                os._exit(order["exit"])
            answer = order.get("answer", answer)
        return answer
    finally:
        line = {"pid": os.getpid(), "began": began, "ended": time.time(), "event": event}
        with (folder / f"{context.function_name}.batches").open("a") as seen:
            seen.write(json.dumps(line) + "\n")
