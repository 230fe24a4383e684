import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.emulator.conftest import SampleHost, eventually


@pytest.fixture(scope="module")
def lambda_client(sample: SampleHost) -> Iterator[Any]:
    client = sample.aws("lambda")
    yield client
    client.close()


def test_a_call_gets_the_result(lambda_client: Any) -> None:
    answer = lambda_client.invoke(
        FunctionName="echo", Payload=json.dumps({"return": {"привет": [1, None]}})
    )

    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert json.load(answer["Payload"]) == {"привет": [1, None]}


def test_an_arn_names_a_function_too_and_an_empty_payload_is_an_object(lambda_client: Any) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:echo"

    assert json.load(lambda_client.invoke(FunctionName=arn)["Payload"]) is None


def test_an_exception_is_a_function_error_with_its_stack(lambda_client: Any) -> None:
    answer = lambda_client.invoke(FunctionName="echo", Payload=b'{"raise": "no"}')

    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error = json.load(answer["Payload"])
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")
    assert any("in _do" in line for line in error["stackTrace"])


def test_running_out_of_time_is_a_function_error(lambda_client: Any) -> None:
    answer = lambda_client.invoke(FunctionName="echo", Payload=b'{"sleep_s": 30}')

    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 1.00 seconds",
    }


def test_an_event_is_accepted_and_run_later(lambda_client: Any, sample: SampleHost) -> None:
    answer = lambda_client.invoke(
        FunctionName="clock", InvocationType="Event", Payload=b'{"marked": true}'
    )

    assert answer["StatusCode"] == 202
    eventually(lambda: {"marked": True} in sample.seen("ticks"))


def test_a_dry_run_runs_nothing(lambda_client: Any, sample: SampleHost) -> None:
    answer = lambda_client.invoke(
        FunctionName="clock", InvocationType="DryRun", Payload=b'{"dry": true}'
    )

    assert answer["StatusCode"] == 204
    assert {"dry": True} not in sample.seen("ticks")


def test_an_unknown_function_is_not_found(lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.invoke(FunctionName="nobody")


def test_a_payload_that_is_no_json_is_refused(lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.InvalidRequestContentException):
        lambda_client.invoke(FunctionName="echo", Payload=b"{")


def test_a_payload_that_is_too_large_is_refused(lambda_client: Any) -> None:
    with pytest.raises(lambda_client.exceptions.RequestTooLargeException):
        lambda_client.invoke(FunctionName="echo", Payload=b'"' + b"x" * 6_300_000 + b'"')


def test_errors_are_of_lambdas_kind(lambda_client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        lambda_client.invoke(FunctionName="nobody")

    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
