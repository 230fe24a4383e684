import socket
import threading
from collections.abc import Iterator

import msgspec
import pytest

from infra_cdk.local.emulator.invocation import Answer, packed, receive

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(15)
        yield ours, theirs


@pytest.mark.parametrize("cuts", [(), (1,), (3, 4), (4,), (5, 9), (2, 70_000)])
@pytest.mark.parametrize("size", [1, 100, 65_000, 300_000])
def test_a_frame_arrives_whole_however_it_is_cut(
    pair: Pair, cuts: tuple[int, ...], size: int
) -> None:
    ours, theirs = pair
    frame = Answer(ok=True, payload=msgspec.Raw(msgspec.json.encode("x" * size)))
    data = packed(frame)
    ends = [*(cut for cut in cuts if cut < len(data)), len(data)]

    def send() -> None:
        start = 0
        for end in ends:
            ours.sendall(data[start:end])
            start = end

    sending = threading.Thread(target=send)
    sending.start()
    received = receive(theirs)
    sending.join(15)

    assert received is not None
    assert msgspec.json.decode(received, type=Answer) == frame


@pytest.mark.parametrize("left", [0, 2, 4, 9])
def test_a_channel_that_closes_amid_a_frame_gives_none(pair: Pair, left: int) -> None:
    ours, theirs = pair
    data = packed(Answer(ok=True, payload=msgspec.Raw(b'"abcdef"')))
    ours.sendall(data[:left])
    ours.close()

    assert receive(theirs) is None
