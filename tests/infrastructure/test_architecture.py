"""ARCHITECTURE.md is a map: what it names is there, and the way of an event stays short."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "layers/shared/python/pixeltrack"
TEXT = (ROOT / "ARCHITECTURE.md").read_text()
MOST_FILES = 75


def rows() -> dict[str, tuple[int, list[Path]]]:
    """Return each row of the table of files: how many it says, and which it names."""
    found = {}
    for name, count, cell in re.findall(r"^\| (\w+) \| (\d+) \| (.*) \|$", TEXT, re.MULTILINE):
        files: list[Path] = []
        for part in cell.split("; "):
            folder, is_apart, names = part.partition(": ")
            home = ROOT / folder.strip("`") if is_apart else SHARED
            files += [home / file for file in re.findall(r"`([^`]+)`", names or part)]
        found[name] = int(count), files
    return found


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert len(links) > 30
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_files_on_the_way_of_an_event_are_there_and_few() -> None:
    table = rows()
    assert list(table) == [
        "tracker",
        "collector",
        "processor",
        "aggregator",
        "reports",
        "dashboard",
    ]
    files = [file for _, named in table.values() for file in named]
    assert [file for file in files if not file.is_file()] == []
    assert {name: count for name, (count, _) in table.items()} == {
        name: len(named) for name, (_, named) in table.items()
    }
    assert len(files) == len(set(files)) <= MOST_FILES
