import signal
import time

import pytest

from pixeltrack.platform.deadline import RESERVE_MS, DeadlineExceeded, deadline


def test_the_block_is_left_when_the_time_is_up() -> None:
    def spin() -> None:
        with deadline(RESERVE_MS + 50):
            while time.monotonic() < began + 5:
                pass

    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        spin()
    assert time.monotonic() - began < 1


def test_a_block_that_ends_in_time_leaves_no_timer_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with deadline(RESERVE_MS + 10_000):
        pass
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_block_without_time_does_not_begin() -> None:
    with pytest.raises(DeadlineExceeded), deadline(RESERVE_MS):
        pytest.fail("the block ran")
