"""How much of the facts a report reads, counted by the database."""

from typing import Any

import pytest
from psycopg.sql import SQL, Composed

from pixeltrack.facts.dimensions import Dimension
from pixeltrack.facts.visits import Kind
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Transactions
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.postgres import PostgresReports
from pixeltrack.reports.query import Filter, Grouping, Operator
from tests.fakes.report_tables import ReportFixture

HITS_READ = Composed(
    [
        SQL(
            "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows"
            " from pg_stat_xact_user_tables where relname = 'hits'"
        )
    ]
)
FILTER = Filter(Dimension.COUNTRY, Operator.IS_NOT, "nowhere")


@pytest.mark.parametrize(
    ("dimension", "kind"), [(Dimension.PAGE, Kind.PAGEVIEW), (Dimension.EVENT, Kind.EVENT)]
)
def test_a_filtered_list_reads_no_hits_of_visits_that_the_range_holds_whole(
    fixture: ReportFixture, postgres_url: str, dimension: Dimension, kind: Kind
) -> None:
    edges = min(v.start for v in fixture.visits), max(v.last for v in fixture.visits) + 1
    repeated = [v for v in fixture.visits if _has_repeats(v, dimension, kind)]
    assert repeated
    transactions = Transactions(postgres_url, statement_timeout_ms=10_000)
    try:
        with PostgresReports(transactions).snapshot() as snapshot:
            [site] = snapshot.sites(AccountId(fixture.account), fixture.site)
            visits = snapshot.visits(site, [FILTER])
            before = visits.transaction.rows(HITS_READ)
            found = visits.rows(
                Coverage(edges, (0,)),
                Grouping(dimension),
                goal=None,
                search=None,
                limit=100,
                offset=0,
            )
            assert visits.transaction.rows(HITS_READ) == before
    finally:
        transactions.close()
    told = sum(row.figures.pageviews + row.figures.events for row in found.rows)
    assert told == sum(t.kind is kind for v in fixture.visits for t in v.counted)


def _has_repeats(visit: Any, dimension: Dimension, kind: Kind) -> bool:
    texts = [
        t.page if dimension is Dimension.PAGE else t.name for t in visit.counted if t.kind is kind
    ]
    return len(set(texts)) < len(texts)
