import pytest

from pixeltrack.sites.goals import GoalKind, pattern_fault

PAGE, EVENT = GoalKind.PAGE, GoalKind.EVENT


@pytest.mark.parametrize(
    ("kind", "pattern", "fault"),
    [
        (PAGE, "/", None),
        (PAGE, "/shop/*/thanks", None),
        (PAGE, "*/thanks", None),
        (PAGE, "*", None),
        (PAGE, "/привет %_\\", None),
        (PAGE, "/" + "x" * 499, None),
        (PAGE, "/" + "x" * 500, "at most 500"),
        (PAGE, "thanks", "begin with / or *"),
        (PAGE, "https://example.com/thanks", "begin with / or *"),
        (PAGE, "/a?b=c", "without ? and #"),
        (PAGE, "/a#b", "without ? and #"),
        (PAGE, "/a\0", "one line"),
        (PAGE, "/a\nb", "one line"),
        (PAGE, "", "one line"),
        (EVENT, "sign-up", None),
        (EVENT, "Покупка *", None),
        (EVENT, "click", None),
        (EVENT, "x" * 64, None),
        (EVENT, "x" * 65, "at most 64"),
        (EVENT, "", "one line"),
        (EVENT, "a\0", "one line"),
        (EVENT, "pageview", "counts as one"),
        (EVENT, "session_start", "counts as one"),
        (EVENT, "engagement", "counts as one"),
        (EVENT, "ping", "counts as one"),
    ],
)
def test_a_pattern_that_could_never_match_is_refused(
    kind: GoalKind, pattern: str, fault: str | None
) -> None:
    found = pattern_fault(kind, pattern)
    assert found is None if fault is None else fault in (found or ""), pattern
