"""Delays double up to their bound, and stay there however long failures go on."""

import pytest

from infra_cdk.local.backoff import delay_s
from infra_cdk.local.emulator.batches import LONGEST_DELAY_S, Batch, Batches, Record
from infra_cdk.local.emulator.invocation import Ending, failure


def test_delays_double_up_to_the_bound() -> None:
    assert [delay_s(n, 0.5, 3.0) for n in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize("failures", [63, 64, 65, 1_023, 1_024, 10**9])
def test_failures_may_go_on_for_ever(failures: int) -> None:
    assert delay_s(failures, 1.0, 60.0) == 60.0


def test_a_batch_that_fails_for_days_comes_again() -> None:
    """After 1,024 doublings a delay fits into no float: of 5 s each, that is an hour and a half."""
    batches = Batches("topic", 10, 0.0)
    batches.add(Record("topic", 0, 1, 1, "CREATE_TIME", b"x", []), 0.0)
    batch = batches.due(0.0)
    assert isinstance(batch, Batch)
    batch.attempts = 2_000
    batches.settle(batch, failure(Ending.ERROR, "Error", "no"), 100.0)
    assert batch.not_before == 100.0 + LONGEST_DELAY_S
