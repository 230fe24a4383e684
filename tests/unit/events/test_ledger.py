from pixeltrack.events.ledger import HOUR_MS, balance

SITE = "s"
A, B, C = (0, 7, 10), (0, 8, 11), (1, 7, HOUR_MS + 1)


def test_adds_up_when_each_record_is_stored_or_dropped() -> None:
    found = balance([A, B, C], [(A, (SITE, "a")), (C, (SITE, "c"))], [B])
    assert (found.consumed, found.stored, found.dropped, found.missing) == (3, 2, 1, 0)
    assert set(found.entries) == {(0, 0), (1, 1)}


def test_names_a_record_that_is_nowhere() -> None:
    found = balance([A, B], [(A, (SITE, "a"))], [])
    assert found.missing == 1
    assert found.entries[0, 0].missing == [8]


def test_a_record_both_stored_and_dropped_is_stored() -> None:
    found = balance([A], [(A, (SITE, "a"))], [A])
    assert (found.stored, found.dropped) == (1, 0)


def test_the_same_record_in_two_buckets_is_one_event_in_two_copies() -> None:
    found = balance([A], [(A, (SITE, "a"))] * 2, [])
    assert (found.stored, found.events, found.copies) == (1, 1, 2)


def test_what_is_left_of_an_erased_event_is_stored_and_no_event() -> None:
    found = balance([A, B, C], [(A, None), (B, None), (C, (SITE, "c"))], [])
    assert (found.stored, found.missing) == (3, 0)
    assert (found.events, found.copies) == (1, 1)


def test_an_event_sent_twice_is_two_records_and_one_event() -> None:
    found = balance([A, B], [(A, (SITE, "a")), (B, (SITE, "a"))], [])
    assert (found.stored, found.events, found.copies) == (2, 1, 2)


def test_what_an_older_topic_left_at_the_same_offset_proves_nothing() -> None:
    older = (A[0], A[1], A[2] - 5)
    assert balance([A], [(older, (SITE, "a"))], [older]).missing == 1
