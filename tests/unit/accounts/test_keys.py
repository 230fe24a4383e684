import hashlib

from pixeltrack.accounts.keys import api_key, is_api_key, key_hash, key_prefix
from pixeltrack.platform.identifiers import is_tracking_id, tracking_id


def test_a_key_carries_256_bits_and_is_stored_as_a_hash() -> None:
    key = api_key(b"\xff" * 32)
    assert is_api_key(key)
    assert len(key) == 47
    assert key_hash(key) == hashlib.sha256(key.encode()).digest()
    assert key_prefix(key) == "ptk_" + "_" * 8
    assert api_key(b"\xff" * 31 + b"\xfe") != key


def test_a_tracking_id_carries_128_bits() -> None:
    made = tracking_id(bytes(range(16)))
    assert made == "pt_000102030405060708090a0b0c0d0e0f"
    assert is_tracking_id(made)
    assert not any(map(is_tracking_id, ["pt_", "test-site", made + "0", made.upper(), made + "\n"]))
