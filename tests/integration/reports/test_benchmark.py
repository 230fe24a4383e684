"""The facts that the benchmark makes fit the schema of today."""

import pytest

from tests.benchmarks import reports

EVENTS = 2000


def test_reports_are_timed_over_facts_made_in_the_database(
    postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.measure(postgres_url, EVENTS, 2)
    told = capsys.readouterr().out
    assert f"{EVENTS:,} events generated" in told
    rows = [line for line in told.splitlines() if line.startswith("breakdown page")]
    assert [line.count("ms") for line in rows] == [4, 4]
