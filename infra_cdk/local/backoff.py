"""How long to wait before the next try, after so many that failed in a row."""

_MOST_DOUBLINGS = 64


def delay_s(failures: int, first_s: float, longest_s: float) -> float:
    """Return `first_s` seconds, doubled for each failure, and at most `longest_s`.

    Failures may go on for ever: a delay that grew with them would not fit into a float some day.
    """
    return min(first_s * 2.0 ** min(failures, _MOST_DOUBLINGS), longest_s)
