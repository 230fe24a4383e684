"""A unit test that reaches for the network fails."""

import socket

import pytest


def test_a_unit_test_has_no_network() -> None:
    # pytest-socket warns before it raises, and warnings are errors here.
    with pytest.raises(UserWarning, match=r"tried to use socket\.socket"):
        socket.socket(socket.AF_INET)
