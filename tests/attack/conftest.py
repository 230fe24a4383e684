"""An attacker's tools: a door to the running host, accounts, and how much is tried."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, settings

from infra_cdk.local.trial import Trial
from tests.attack.door import Door
from tests.attack.people import Own, Person


@dataclass(frozen=True, slots=True)
class Effort:
    """How many inputs of a kind are made up, from which seed."""

    examples: int
    seed: int

    @property
    def is_long(self) -> bool:
        """Tell whether there is time to try everything with everything."""
        return self.examples > 100

    def bounded(self, share: float = 1.0) -> settings:
        """Return hypothesis' settings for a share of the examples, at least one."""
        return settings(
            max_examples=max(1, int(self.examples * share)),
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )


@pytest.fixture(scope="session")
def effort(pytestconfig: pytest.Config) -> Effort:
    return Effort(pytestconfig.getoption("attack_examples"), pytestconfig.getoption("attack_seed"))


@pytest.fixture(scope="session")
def door(host: Trial) -> Iterator[Door]:
    opened = Door.of(host)
    yield opened
    opened.http.close()


@pytest.fixture(scope="session")
def somebody(door: Door) -> Callable[[], Person]:
    """Make an account of one's own."""
    return lambda: Person(door)


@pytest.fixture(scope="session")
def person(door: Door) -> Person:
    """An account that attacks share; who changes it makes another."""
    return Person(door)


@pytest.fixture(scope="session", autouse=True)
def victim(door: Door) -> Person:
    """An account that has everything and does nothing: whatever it says was done to it."""
    made = Person(door)
    for kind in Own:
        made.own(kind)
    return made
