"""A taken port is named with its owner and its setting, or avoided."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra_cdk.local.servers import ports
from infra_cdk.local.servers.ports import PortTaken
from infra_cdk.local.stack import Stack


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def stack(name: str, port: int) -> Stack:
    return Stack(name, Path("/nowhere"), {"PIXELTRACK_PORT": str(port)})


def test_dev_refuses_a_taken_port_with_owner_and_setting(taken: int) -> None:
    with pytest.raises(PortTaken) as refused:
        ports.claim(stack("dev", taken), "PIXELTRACK_PORT")
    message = str(refused.value)
    assert f"port {taken} is taken by process {os.getpid()} (" in message
    assert "PIXELTRACK_PORT" in message


def test_a_test_stack_takes_the_next_free_port(taken: int) -> None:
    assert ports.claim(stack("test", taken), "PIXELTRACK_PORT") > taken


def test_a_server_that_died_comes_back_where_it_was(taken: int) -> None:
    free = ports.next_free(20_000)
    last = ports.next_free(free + 1)
    assert ports.claim(stack("test", free), "PIXELTRACK_PORT", last=last) == last
    assert ports.claim(stack("test", free), "PIXELTRACK_PORT", last=taken) == free
    assert ports.claim(stack("dev", free), "PIXELTRACK_PORT", last=last) == free


def test_a_port_above_another_is_never_that_other() -> None:
    free = ports.next_free(20_000)
    assert ports.claim(stack("test", free), "PIXELTRACK_PORT", above=free) > free


def test_a_closed_port_is_free_at_once(taken: int) -> None:
    assert not ports.is_free(taken)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    assert ports.is_free(port)
