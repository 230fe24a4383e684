"""A taken port is named with its owner and its setting, or avoided."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra_cdk.local.records import Record
from infra_cdk.local.servers import ports
from infra_cdk.local.servers.ports import PortTaken
from infra_cdk.local.stack import Stack
from pixeltrack.platform.settings import SettingsError


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


def refusal(port: int) -> str:
    with pytest.raises(PortTaken) as refused:
        ports.claim(stack("dev", port), "PIXELTRACK_PORT")
    assert "or set PIXELTRACK_PORT to another" in str(refused.value)
    return str(refused.value)


def test_a_port_that_is_still_closing_is_told_from_one_that_is_taken() -> None:
    with socket.socket() as server:  # without SO_REUSEADDR, as a client's own end has none
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            served, _ = server.accept()
            served.close()
            assert client.recv(1) == b""
    message = refusal(port)
    assert message.startswith(f"port {port} still belongs to a connection that was closed (TIME")
    assert "try again" in message


def test_a_port_that_is_a_clients_end_is_said_to_be_one(taken: int) -> None:
    with socket.create_connection(("127.0.0.1", taken)) as client:
        port = client.getsockname()[1]
        message = refusal(port)
    assert message.startswith(f"port {port} is one end of a connection of process {os.getpid()} (")


def test_a_port_that_is_bound_without_a_listener_is_said_to_be_so() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert f"port {port} is bound by a process that does not listen" in refusal(port)


def test_a_port_taken_on_every_address_is_taken() -> None:
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        assert refusal(port).startswith(f"port {port} is taken by process {os.getpid()} (")


@pytest.mark.parametrize("number", ["0", "70000", "-1", "http", "", "8080.5"])
def test_what_is_no_port_is_named_with_its_setting(number: str) -> None:
    wrong = Stack("dev", Path("/nowhere"), {"PIXELTRACK_PORT": number})
    with pytest.raises(SettingsError, match="PIXELTRACK_PORT is not a port, 1 to 65535"):
        ports.claim(wrong, "PIXELTRACK_PORT")


def test_the_port_of_one_that_died_is_waited_for_a_moment(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = Record("kafka", os.getpid(), 1, "a test", {"PORT": str(taken)})
    monkeypatch.setattr(ports, "_LET_GO_WITHIN_S", 0.1)
    with pytest.raises(PortTaken, match=f"port {taken} of kafka is taken by process {os.getpid()}"):
        ports.again(died, "PORT")
    monkeypatch.setattr(ports, "_LET_GO_WITHIN_S", 20.0)
    looks = iter([False, False, True])
    monkeypatch.setattr(ports, "is_free", lambda _: next(looks))
    assert ports.again(died, "PORT") == taken
