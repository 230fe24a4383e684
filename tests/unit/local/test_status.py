"""`make status` says in a line what was restarted, why, and what is tried again when."""

from dataclasses import dataclass

import pytest

from infra_cdk.local.commands.inspection import described
from infra_cdk.local.supervisor import History

NOW = 1_800_000_000.0


@dataclass(frozen=True)
class Row:
    history: History
    said: tuple[str, ...]
    is_supervised: bool = True
    unsaid: tuple[str, ...] = ()


ROWS = {
    "restarted once": Row(
        History("kafka", restarts=1, in_a_row=1, died_at=NOW - 60, reason="no space"),
        ("kafka", "restarted once", "last died 20", ": no space"),
        unsaid=("keeps ending", "next try"),
    ),
    "a crash loop": Row(
        History("host", restarts=4, in_a_row=7, died_at=NOW, reason="why", next_at=NOW + 33),
        ("host", "restarted 4 times", "keeps ending, 7 starts", ": why", "next try in 33 s"),
    ),
    "a silent log": Row(History("kafka", died_at=NOW), ("restarted 0 times", "nothing in its log")),
    "overdue": Row(History("kafka", died_at=NOW, next_at=NOW - 5), ("next try in 0 s",)),
    "nobody tries": Row(
        History("kafka", died_at=NOW, next_at=NOW + 5), ("last died",), False, ("next try",)
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_line_about_what_died(row: Row) -> None:
    line = described(row.history, NOW, is_supervised=row.is_supervised)
    assert "\n" not in line
    assert [text for text in row.said if text not in line] == []
    assert [text for text in row.unsaid if text in line] == []


def test_what_never_died_needs_no_line() -> None:
    assert described(History("kafka"), NOW, is_supervised=True) == ""
