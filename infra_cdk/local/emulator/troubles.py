"""What functions found wrong with a clock or a broker, in words, from their metrics."""

from collections.abc import Iterator

from infra_cdk.local.emulator.metrics import Registry

NOW_S = 10.0
"""So long ago still counts as now: one process may not know yet that another one is well again."""

_CLOCKS = "pixeltrack_clock_ahead_seconds"
_BROKER = "pixeltrack_broker_away_seconds"


def troubles(registry: Registry) -> Iterator[str]:
    """Say what functions met with a short time ago; nothing where all is well."""
    for labels, seconds in sorted(registry.present(_CLOCKS).items()):
        where = "ahead of" if seconds > 0 else "behind"
        yield f"the clock of {dict(labels)['function']} is {abs(seconds):.0f} s {where} its server"
    for labels, seconds in sorted(registry.present(_BROKER, NOW_S).items()):
        yield f"Kafka has taken nothing of {dict(labels)['function']} for {seconds:.0f} s"


def with_wrong_clocks(registry: Registry) -> frozenset[str]:
    """Return the functions that do no work now since their clock is off."""
    return frozenset(dict(labels)["function"] for labels in registry.present(_CLOCKS, NOW_S))
