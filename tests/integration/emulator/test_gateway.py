import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from aws_lambda_powertools.utilities.parser.models import APIGatewayProxyEventV2Model

from tests.integration.emulator.conftest import SampleHost, eventually


def test_a_function_sees_payload_2(sample: SampleHost) -> None:
    answer = sample.client.post(
        "/echo?x=1&x=2",
        content=b'{"a":1}',
        headers={"Content-Type": "application/json", "Cookie": "a=1; b=2", "X-Forwarded-For": "a"},
    )

    event = answer.json()["event"]
    model = APIGatewayProxyEventV2Model.model_validate(event)
    assert model.routeKey == "POST /echo"
    assert model.queryStringParameters == {"x": "1,2"}
    assert model.cookies == ["a=1", "b=2"]
    assert model.body == '{"a":1}'
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["x-forwarded-for"] == "a"
    assert "authorizer" not in event["requestContext"]


def test_a_binary_body_travels_as_base64(sample: SampleHost) -> None:
    answer = sample.client.post("/echo", content=bytes(range(256)))

    event = answer.json()["event"]
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == bytes(range(256))


def test_path_parameters_are_decoded_and_a_fixed_path_goes_first(sample: SampleHost) -> None:
    one = sample.client.get("/things/a%20b/parts/7").json()["event"]
    other = sample.client.get("/things/all/parts/7").json()["event"]

    assert one["pathParameters"] == {"id": "a b", "part": "7"}
    assert other["routeKey"] == "GET /things/all/parts/{part}"


def test_results_are_answered_as_they_say(sample: SampleHost) -> None:
    result = {"statusCode": 418, "headers": {"X-A": "1"}, "cookies": ["a=1", "b=2"], "body": "tea"}

    answer = sample.do(**{"return": result})

    assert (answer.status_code, answer.text) == (418, "tea")
    assert answer.headers["x-a"] == "1"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert sample.do(**{"return": {"a": 1}}).json() == {"a": 1}
    nothing = sample.client.get("/fast")
    assert (nothing.status_code, nothing.content) == (204, b"")


def test_an_exception_is_500_and_its_stack_is_in_the_log(sample: SampleHost) -> None:
    answer = sample.do(**{"raise": "for the log"})

    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    log = sample.folder / "logs" / "echo.log"
    eventually(lambda: log.exists() and "ValueError: for the log" in log.read_text())
    assert sample.client.get("/fast").status_code == 204


def test_what_the_standard_library_cannot_encode_is_an_error_as_on_lambda(
    sample: SampleHost,
) -> None:
    assert sample.do(**{"return": float("nan")}).status_code == 500


def test_nothing_at_an_address_is_a_problem(sample: SampleHost) -> None:
    for answer in (sample.client.get("/api/nowhere"), sample.client.delete("/echo")):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("megabytes", [7, 11])
def test_a_body_that_is_too_large_is_413(sample: SampleHost, megabytes: int) -> None:
    answer = httpx.post(f"{sample.origin}/echo", content=b"x" * megabytes * 1024 * 1024)

    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


def test_an_environment_serves_one_invocation_at_a_time(sample: SampleHost) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: sample.do(sleep_s=0.2, show="context").json(), range(6)))

    ends: dict[int, list[int]] = {}
    for answer in answers:
        # The deadline tells when the invocation began: all may run equally long.
        ends.setdefault(answer["pid"], []).append(answer["deadline_ms"])
    assert len(ends) == 2
    for deadlines in ends.values():
        for earlier, later in zip(sorted(deadlines), sorted(deadlines)[1:], strict=False):
            assert later - earlier >= 190


def test_the_context_is_lambdas(sample: SampleHost) -> None:
    context = sample.do(show="context").json()

    assert context["function_name"] == "echo"
    assert context["memory_limit_in_mb"] == "256"
    assert context["invoked_function_arn"].endswith(":function:echo")
    assert context["function_version"] == "$LATEST"
    assert context["log_group_name"] == "/aws/lambda/echo"
    assert 500 < context["remaining_ms"] <= 1000


def test_a_function_sees_only_what_it_needs(sample: SampleHost) -> None:
    environ = sample.do(show="environ").json()

    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "echo"
    assert environ["AWS_ENDPOINT_URL_LAMBDA"] == sample.local_origin
    assert environ["AWS_SECRET_ACCESS_KEY"] == sample.keys.secret
    assert "PIXELTRACK_GEOIP_DIR" not in environ


def test_requests_and_restarts_are_metrics(sample: SampleHost) -> None:
    line = {
        "_aws": {
            "Timestamp": 0,
            "CloudWatchMetrics": [
                {
                    "Namespace": "PixelTrack",
                    "Dimensions": [["function"]],
                    "Metrics": [{"Name": "done", "Unit": "Count"}],
                }
            ],
        },
        "function": "echo",
        "done": 2,
    }
    sample.do(print=json.dumps(line, separators=(",", ":")))

    eventually(
        lambda: 'pixeltrack_done_total{function="echo"} 2' in sample.local.get("/metrics").text
    )
    text = sample.local.get("/metrics").text
    assert 'pixeltrack_gateway_request_seconds_count{route="GET /echo",status="200"}' in text
    assert 'pixeltrack_environment_restarts{group="echo",number="0"}' in text


class TestAuthorizer:
    def test_without_an_identity_it_is_401_and_not_asked(self, sample: SampleHost) -> None:
        before = sample.seen("judged")

        answer = sample.client.get("/closed")

        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
        assert sample.seen("judged") == before

    def test_a_refusal_is_403(self, sample: SampleHost) -> None:
        answer = sample.client.get("/closed", headers={"Authorization": "no"})

        assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})

    def test_its_context_reaches_the_function_and_its_verdict_is_kept(
        self, sample: SampleHost
    ) -> None:
        before = len(sample.seen("judged"))
        for _ in range(3):
            answer = sample.client.get("/closed", headers={"Authorization": "let me in"})
            event = answer.json()["event"]
            assert event["requestContext"]["authorizer"] == {"lambda": {"account": "let me in"}}

        asked = sample.seen("judged")[before:]
        assert [e["identitySource"] for e in asked] == [["let me in"]]


class TestCallersWithSlowCalls:
    def call(self, sample: SampleHost, caller: str, sleep_s: float = 0.3) -> dict[str, Any]:
        """Begin a call when it may; the context's deadline tells when that was."""
        order = json.dumps({"sleep_s": sleep_s, "show": "context"})
        headers = {"Authorization": f"let {caller}"}
        answer = sample.client.get("/slow", params={"do": order}, headers=headers)
        assert answer.status_code == 200
        context: dict[str, Any] = answer.json()
        return context

    def test_one_caller_leaves_room_for_another(self, sample: SampleHost) -> None:
        with ThreadPoolExecutor(4) as pool:  # until all environments are up
            list(pool.map(lambda caller: self.call(sample, caller), "wxyz"))
        with ThreadPoolExecutor(9) as pool:
            many = [pool.submit(self.call, sample, "a") for _ in range(8)]
            eventually(lambda: busy(sample) >= 2)
            other = self.call(sample, "b", 0)

        assert busy(sample) == 0
        later = [one for one in many if one.result()["deadline_ms"] > other["deadline_ms"]]
        assert len(later) >= 4

    def test_one_caller_never_has_more_than_its_share(self, sample: SampleHost) -> None:
        with ThreadPoolExecutor(6) as pool:
            calls = list(pool.map(lambda _: self.call(sample, "c", 0.2), range(6)))

        begins = sorted(call["deadline_ms"] for call in calls)
        assert all(third - first >= 190 for first, third in zip(begins, begins[2:], strict=False))

    def test_slow_calls_do_not_hold_up_the_authorizer(self, sample: SampleHost) -> None:
        with ThreadPoolExecutor(8) as pool:
            many = [pool.submit(self.call, sample, c, 0.8) for c in "dddeee"]
            eventually(lambda: busy(sample) == 4)
            began = time.monotonic()
            answer = sample.client.get("/closed", headers={"Authorization": "let somebody new in"})
            took_s = time.monotonic() - began

        assert answer.status_code == 200
        assert took_s < 0.6
        assert all(one.result() for one in many)


def busy(sample: SampleHost) -> int:
    return sum(e["state"] == "busy" for e in sample.environments("slow"))


def test_a_full_queue_is_429_and_holds_up_nobody_else(sample: SampleHost) -> None:
    order = {"do": json.dumps({"sleep_s": 1, "return": {"statusCode": 200, "body": "slow"}})}

    def call() -> httpx.Response:
        return httpx.get(f"{sample.origin}/narrow", params=order, timeout=20)

    def is_busy() -> bool:
        return any(e["state"] == "busy" for e in sample.environments("narrow"))

    with ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(call) for _ in range(6)]
        eventually(is_busy)
        eventually(lambda: sum(c.done() for c in calls) == 4)
        assert sample.client.get("/fast").status_code == 204
        assert is_busy(), "the others wait for nobody"
        answers = [c.result() for c in calls]

    assert sorted(a.status_code for a in answers) == [200, 200, 429, 429, 429, 429]
    for refused in (a for a in answers if a.status_code == 429):
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["requestId"] == refused.headers["x-request-id"]
