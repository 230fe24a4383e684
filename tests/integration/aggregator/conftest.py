from collections.abc import Iterator

import pytest
from fakes.planted import Ground

from pixeltrack.platform.schema import migrate


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    """The address of a database of the module's own with the product's tables, all empty."""
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def ground(tables: str) -> Iterator[Ground]:
    """A database without facts to plant some in; nothing was ever swept."""
    ground = Ground(tables)
    ground.clear()
    yield ground
    ground.close()
