"""The stack that is measured: servers and a host of its own, deleted afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra_cdk.local.servers import servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import Trial, trial

SERVERS = Stack.named("bench")


@contextmanager
def bench_stack() -> Iterator[Trial]:
    """Bring the stack up, lend it, take it down."""
    servers.up(SERVERS)
    try:
        with trial(SERVERS) as running:
            yield running
    finally:
        servers.down(SERVERS)
        servers.forget(SERVERS)
