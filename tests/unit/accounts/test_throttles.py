from datetime import UTC, datetime, timedelta

import pytest

from pixeltrack.accounts.throttles import Limit, address_subject, throttle_key
from pixeltrack.platform.errors import Throttled

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LIMIT = Limit("things", 3, timedelta(minutes=1))


def test_up_to_the_limit_all_is_well() -> None:
    for attempts in (1, 2, 3):
        LIMIT.check(attempts, NOW + LIMIT.window, NOW)


@pytest.mark.parametrize(("left_s", "told_s"), [(60, 60), (59.2, 60), (0.1, 1), (0, 1), (-5, 1)])
def test_beyond_it_the_rest_of_the_window_is_told(left_s: float, told_s: int) -> None:
    with pytest.raises(Throttled) as caught:
        LIMIT.check(4, NOW + timedelta(seconds=left_s), NOW)
    assert caught.value.retry_after_s == told_s


def test_a_key_is_of_one_limit_and_one_subject() -> None:
    other = Limit("others", 3, LIMIT.window)
    keys = {
        throttle_key(b"k", LIMIT, "a"),
        throttle_key(b"k", LIMIT, "b"),
        throttle_key(b"k", other, "a"),
        throttle_key(b"l", LIMIT, "a"),
        throttle_key(b"k", LIMIT, "a", "b"),
        throttle_key(b"k", LIMIT, "ab"),
    }
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize(
    ("ip", "subject"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nowhere", "nowhere"),
    ],
)
def test_an_ipv6_network_counts_as_one_client(ip: str, subject: str) -> None:
    assert address_subject(ip) == subject


def test_who_tried_too_often_is_told_what_else_to_do() -> None:
    limit = Limit("things", 0, timedelta(minutes=1), "Do something else.")
    with pytest.raises(Throttled) as caught:
        limit.check(1, NOW + limit.window, NOW)
    assert str(caught.value) == "Too many attempts; try again in 60 seconds. Do something else."
