"""A unit test that reaches for the network fails."""

import socket

import pytest
from pytest_socket import SocketBlockedError


def test_a_unit_test_has_no_network() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)
