from datetime import UTC, datetime, timedelta

import pytest

from pixeltrack.accounts.tokens import (
    Purpose,
    derived_key,
    is_replay,
    opaque_token,
    successor,
    token_hash,
)

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_successor_follows_from_the_token_and_the_key_alone() -> None:
    token = opaque_token(bytes(32))
    assert len(token) == len(successor(b"key", token)) == 43
    assert successor(b"key", token) == successor(b"key", token)
    others = {successor(b"other", token), successor(b"key", token + "x"), token}
    assert successor(b"key", token) not in others
    assert len(others) == 3


@pytest.mark.parametrize(
    ("used_s_ago", "replay"), [(None, False), (0, False), (10, False), (10.001, True), (-1, False)]
)
def test_a_used_token_is_a_replay_after_ten_seconds(used_s_ago: float | None, replay: bool) -> None:
    rotated_at = None if used_s_ago is None else NOW - timedelta(seconds=used_s_ago)
    assert is_replay(rotated_at, NOW) is replay


def test_one_secret_gives_a_key_a_purpose() -> None:
    assert derived_key("secret", "a") != derived_key("secret", "b") != derived_key("other", "b")


def test_any_text_has_a_hash() -> None:
    assert len(token_hash("\ud800\x00")) == 32


def test_mails_give_days_to_confirm_and_an_hour_to_reset() -> None:
    lifetimes = {purpose: purpose.lifetime for purpose in Purpose}
    assert lifetimes == {Purpose.CONFIRM: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}
