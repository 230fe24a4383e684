import pytest

from pixeltrack.platform.clock import ASK_AGAIN_MS, JUMP_MS, MOST_MS, ServerClock, ahead_ms
from pixeltrack.platform.errors import ClockDiffers

THERE = 1_795_341_600_000
MINUTE = 60_000
HOUR = 60 * MINUTE
TEN_YEARS = 10 * 365 * 24 * HOUR


class Machine:
    """A machine whose clock is `ahead` of a server's, and which can be held up."""

    def __init__(self, ahead: int = 0) -> None:
        self.ahead = ahead
        self.elapsed = 5_000
        self.answers_after = 3
        self.asked = 0

    def wall(self) -> int:
        return THERE + self.elapsed + self.ahead

    def ask(self) -> int:
        self.asked += 1
        there = THERE + self.elapsed
        self.elapsed += self.answers_after
        return there

    def clock(self) -> ServerClock:
        return ServerClock("a server", self.ask, wall_ms=self.wall, elapsed_ms=lambda: self.elapsed)


@pytest.mark.parametrize(
    ("before", "there", "after", "ahead"),
    [
        (100, 100, 100, 0),
        (100, 150, 200, 0),
        (100, 40, 200, 60),
        (100, 260, 200, -60),
        (100, 150, 9_999_999, 0),  # held up after the question, which proves nothing
    ],
)
def test_a_difference_is_what_two_readings_prove(
    before: int, there: int, after: int, ahead: int
) -> None:
    assert ahead_ms(before, there, after) == ahead


@pytest.mark.parametrize("ahead", [0, MOST_MS, -MOST_MS, 30_000, -30_000])
def test_a_clock_that_is_a_little_off_goes_by_the_servers_and_never_before_it(ahead: int) -> None:
    machine = Machine(ahead)
    clock = machine.clock()
    for step in (0, 1, 500, ASK_AGAIN_MS, 7):
        machine.elapsed += step
        there = THERE + machine.elapsed
        assert 0 <= there - clock() <= machine.answers_after


@pytest.mark.parametrize("off", [30 * MINUTE, 2 * HOUR, TEN_YEARS])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_that_is_far_off_is_refused_by_how_much(off: int, sign: int) -> None:
    machine = Machine(sign * off)
    clock = machine.clock()
    for _ in range(2):
        with pytest.raises(ClockDiffers, match=f"{off // 1000} s") as refused:
            clock()
        assert refused.value.ahead_s == pytest.approx(sign * off / 1000, abs=1)
    machine.ahead = 0
    assert THERE + machine.elapsed - clock() <= machine.answers_after


def test_the_server_is_asked_seldom_and_at_once_when_the_clock_jumps() -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(1_000):
        clock()
        machine.elapsed += 1
    assert machine.asked == 1
    machine.ahead = JUMP_MS + 1
    clock()
    assert machine.asked == 2
    machine.ahead = 2 * HOUR
    with pytest.raises(ClockDiffers):
        clock()


def test_a_machine_that_was_suspended_asks_again() -> None:
    machine = Machine()
    clock = machine.clock()
    clock()
    machine.ahead += 5_000  # its clock went on, its other clock did not
    clock()
    assert machine.asked == 2
