"""`make audit` on a running host: nothing to find in what it did, and a planted difference."""

import json
from datetime import date

import psycopg

from infra_cdk.local.tools.audit import audit
from infra_cdk.local.tools.traffic import generating
from infra_cdk.local.tools.traffic.generating import Plan
from infra_cdk.local.trial import Trial

PLAN = Plan(events=4_000, days=40, sites=2, seed=11, until=date(2026, 3, 10))


def quiet(_: str) -> None:
    """Show no progress."""


def test_every_site_of_a_host_is_audited(host: Trial) -> None:
    truth = json.loads(generating.run(host.stack, PLAN, quiet).read_text())
    mine = truth["sites"][0]["trackingId"]
    told: list[str] = []
    sites = list(audit(host.environ, None, told.append))
    [sound] = [site.result for site in sites if site.tracking_id == mine]  # others plant facts
    assert sound["differences"] == []
    assert sound["checked"]["hits"] >= 1_500
    assert len(sites) > 1
    assert any(mine in line for line in told)

    with psycopg.connect(host.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "delete from hits where event = (select h.event from hits h"
            " join fact_sites f on f.id = h.site join sites s on s.id = f.site_id"
            " where s.tracking_id = %s and h.bot <> 0 limit 1)",
            [mine],
        )
    [spoilt] = audit(host.environ, mine, quiet)
    assert spoilt.result["byKind"].keys() >= {"missing_hit"}
    assert "DIFFERENCES" in str(spoilt)
    assert "missing_hit" in str(spoilt)
