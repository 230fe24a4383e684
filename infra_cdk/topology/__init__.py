"""The page that declares every function, route, trigger, topic, queue and schedule."""

from infra_cdk.topology.model import (
    Authorizer,
    Consumer,
    Function,
    Invocation,
    Method,
    Need,
    Queue,
    QueueConsumer,
    Route,
    Schedule,
    Socket,
    Topic,
    Topology,
    TopologyError,
    with_preflights,
)
from infra_cdk.topology.page import TOPOLOGY

__all__ = [
    "TOPOLOGY",
    "Authorizer",
    "Consumer",
    "Function",
    "Invocation",
    "Method",
    "Need",
    "Queue",
    "QueueConsumer",
    "Route",
    "Schedule",
    "Socket",
    "Topic",
    "Topology",
    "TopologyError",
    "with_preflights",
]
