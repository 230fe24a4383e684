"""The stack that is measured: servers and a host of its own, deleted afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra_cdk.local.servers import servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import Trial, trial

SERVERS = Stack.named("bench")


@contextmanager
def bench_stack(name: str = SERVERS.name, **given: str) -> Iterator[Trial]:
    """Bring a stack up with these settings, lend it, take it down."""
    stack = Stack(name, SERVERS.root, {**SERVERS.given, **given})
    try:
        servers.up(stack)
        with trial(stack) as running:
            yield running
    finally:
        servers.down(stack)
        servers.forget(stack)
