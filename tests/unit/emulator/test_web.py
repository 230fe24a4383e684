from typing import Any

import pytest

from infra_cdk.local.emulator.web import is_local


def scope(host: str, peer: str = "127.0.0.1") -> dict[str, Any]:
    return {"headers": [(b"host", host.encode())], "client": (peer, 1)}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "LocalHost", "[::1]:8080", "[::1]"]
)
def test_this_machine_by_its_own_names(host: str) -> None:
    assert is_local(scope(host))


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]"]
)
def test_a_page_that_rebinds_its_name_is_a_stranger(host: str) -> None:
    assert not is_local(scope(host))


def test_another_machine_is_a_stranger() -> None:
    assert not is_local(scope("127.0.0.1", peer="192.0.2.1"))
    assert not is_local({"headers": [(b"host", b"localhost")], "client": None})
