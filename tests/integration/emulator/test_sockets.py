from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser.models import (
    APIGatewayWebSocketConnectEventModel,
    APIGatewayWebSocketDisconnectEventModel,
    APIGatewayWebSocketMessageEventModel,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.integration.emulator.conftest import SampleHost, eventually


def address(host: SampleHost, ticket: str) -> str:
    return f"ws://127.0.0.1:{host.port}/live?ticket={ticket}"


@pytest.fixture(scope="module")
def management(sample: SampleHost) -> Iterator[Any]:
    client = sample.aws("apigatewaymanagementapi")
    yield client
    client.close()


def told(host: SampleHost, route: str) -> list[dict[str, Any]]:
    return [e for e in host.seen("live") if e["requestContext"]["routeKey"] == route]


def test_a_connection_is_told_from_beginning_to_end(sample: SampleHost) -> None:
    with connect(address(sample, "good")) as socket:
        socket.send('{"subscribe": "site"}')
        message = eventually(lambda: told(sample, "$default"))[-1]
        socket.close(4000, "bye")
    left = eventually(lambda: told(sample, "$disconnect"))[-1]
    connected = told(sample, "$connect")[-1]

    assert connected["queryStringParameters"] == {"ticket": "good"}
    assert connected["requestContext"]["authorizer"] == {"principalId": "somebody", "site": "one"}
    APIGatewayWebSocketConnectEventModel.model_validate(connected)
    APIGatewayWebSocketMessageEventModel.model_validate(message)
    APIGatewayWebSocketDisconnectEventModel.model_validate(left)
    ids = {e["requestContext"]["connectionId"] for e in (connected, message, left)}
    assert len(ids) == 1
    assert message["body"] == '{"subscribe": "site"}'
    assert left["requestContext"]["disconnectStatusCode"] == 4000


def test_the_authorizer_refuses_a_handshake(sample: SampleHost) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(address(sample, "bad")):
        pass

    assert refused.value.response.status_code == 403


def test_others_send_look_and_end_through_the_management_api(
    sample: SampleHost, management: Any
) -> None:
    before = len(told(sample, "$connect"))
    with connect(address(sample, "good")) as socket:
        connected = eventually(lambda: told(sample, "$connect")[before:])[0]
        one = connected["requestContext"]["connectionId"]

        management.post_to_connection(ConnectionId=one, Data="привет".encode())
        assert socket.recv(timeout=5) == "привет"
        assert management.get_connection(ConnectionId=one)["Identity"]["SourceIp"] == "127.0.0.1"
        management.delete_connection(ConnectionId=one)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
    eventually(lambda: one in str(told(sample, "$disconnect")))
    with pytest.raises(management.exceptions.GoneException):
        management.post_to_connection(ConnectionId=one, Data=b"x")


def test_a_message_that_fails_is_answered_and_the_connection_stays(sample: SampleHost) -> None:
    with connect(address(sample, "good")) as socket:
        socket.send("break")
        assert '"Internal server error"' in str(socket.recv(timeout=5))
        before = len(told(sample, "$default"))
        socket.send("go on")
        eventually(lambda: told(sample, "$default")[before:])
