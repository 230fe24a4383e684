import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pixeltrack.platform.schema import MIGRATIONS

LANDED = Path(__file__).parents[2] / "data/schemas/landed.sha256"


def faults(migrations: Path) -> Iterator[str]:
    """Say what is wrong with a folder of migrations, given the digests of those that landed."""
    digests = {name: digest for digest, name in map(str.split, LANDED.read_text().splitlines())}
    present = {path.name: path.read_bytes() for path in sorted(migrations.glob("*.sql"))}
    for name, digest in digests.items():
        if name not in present:
            yield f"{name} is gone, and databases were made with it"
        elif hashlib.sha256(present[name]).hexdigest() != digest:
            yield f"{name} was changed, and databases were made with it: write a new migration"
    for name in present.keys() - digests.keys():
        yield f"{name} is new: (cd {migrations} && sha256sum {name}) >> {LANDED}"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the migrations that landed."""
    for line in LANDED.read_text().splitlines():
        shutil.copy(MIGRATIONS / line.split()[1], tmp_path)
    return tmp_path


def test_a_migration_that_landed_is_never_changed() -> None:
    assert list(faults(MIGRATIONS)) == []


def test_one_blank_more_is_a_change(copied: Path) -> None:
    with (copied / "0003_facts.sql").open("a") as file:
        file.write(" ")
    assert [fault.split(",")[0] for fault in faults(copied)] == ["0003_facts.sql was changed"]


def test_a_migration_may_neither_be_renamed_nor_go_unlisted(copied: Path) -> None:
    (copied / "0002_log_ins.sql").rename(copied / "0002_sessions.sql")
    assert [fault.split(" is ")[0] for fault in faults(copied)] == [
        "0002_log_ins.sql",
        "0002_sessions.sql",
    ]
