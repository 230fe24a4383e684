"""What a deployment must create before anything is served, derived from the page.

Names of topics and queues are settings, since several stacks may share one broker; both the
local host and CDK resolve them here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from infra_cdk.topology.model import Need, Queue, Topic, Topology
from pixeltrack.platform import settings


def resolved_name(item: Topic | Queue, environ: Mapping[str, str]) -> str:
    """Return the name on the broker: the value of `name_from`, or that setting's default."""
    found = environ.get(item.name_from)
    if found:
        return found
    defaults = {v.name: v.default for need in Need for v in settings.variables(need.value)}
    return defaults[item.name_from] or item.name


def migration_payload(topology: Topology, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the event for the migrator: the topics and queues of the page by resolved name."""
    return {
        "topics": [
            {
                "name": resolved_name(topic, environ),
                "partitions": topic.partitions,
                "retentionMs": topic.retention_hours * 3_600_000,
                "segmentMs": topic.segment_minutes * 60_000,
            }
            for topic in topology.topics
        ],
        "queues": [
            {
                "name": named.name,
                "deadLetter": named.dead_letter,
                "deliveryLimit": named.delivery_limit,
            }
            for named in (replace(q, name=resolved_name(q, environ)) for q in topology.queues)
        ],
    }
