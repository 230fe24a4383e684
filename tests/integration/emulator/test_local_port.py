"""What is for this machine is at a port of its own, for nobody whom a browser or proxy sends."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra_cdk.local.emulator.invocation import REGION
from infra_cdk.local.signatures import Signed, sign
from tests.integration.emulator.conftest import SampleHost, eventually, sample_host

PATHS = ["/mailbox", "/mailbox/messages", "/demo.json", "/status.json", "/metrics"]
INVOKE = "/2015-03-31/functions/clock/invocations"
SIGNED = [
    ("POST", INVOKE),
    ("POST", "/2015-03-31/functions/echo/invocations"),
    ("POST", "/@connections/one"),
    ("GET", "/@connections/one"),
    ("DELETE", "/@connections/one"),
]


@pytest.mark.parametrize("path", PATHS)
def test_a_program_of_this_machine_reads_it(sample: SampleHost, path: str) -> None:
    answer = sample.local.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", [*PATHS, INVOKE, "/@connections/one", "/metrics/", "/mailbox/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_at_the_main_port_there_is_nothing_of_it(
    sample: SampleHost, path: str, method: str
) -> None:
    unknown = sample.client.request(method, "/api/v1/nothing")
    answer = sample.client.request(method, path)
    assert (answer.status_code, answer.json()["detail"]) == (404, unknown.json()["detail"])
    shop = httpx.request(method, f"http://127.0.0.1:{sample.shop_port}{path}")
    assert b"geheim" not in shop.content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "192.0.2.1"},
        {"CF-Connecting-IP": "192.0.2.1"},
        {"X-Pixeltrack-Edge": "secret"},
        {"X-Anything-Else": "1"},
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_nothing_is_told_through_a_proxy_or_to_a_stranger_s_page(
    sample: SampleHost, path: str, headers: dict[str, str]
) -> None:
    main = {**headers, "Host": headers.get("Host", f"127.0.0.1:{sample.port}")}
    for answer in (
        sample.local.get(path, headers=headers),
        sample.client.get(path, headers=main),
    ):
        assert answer.status_code in {403, 404}
        assert "geheim" not in answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_it_has_other_names_of_this_machine(sample: SampleHost) -> None:
    for name in ("localhost", "LOCALHOST", "[::1]"):
        answer = sample.local.get("/metrics", headers={"Host": f"{name}:{sample.local_port}"})
        assert answer.status_code == 200


def test_it_listens_on_loopback_alone(sample: SampleHost) -> None:
    wanted = {f":{port:04X}" for port in (sample.port, sample.shop_port, sample.local_port)}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    bound = {at for _, at, _, state, *_ in lines if state == "0A" and at[-5:] in wanted}
    assert bound == {f"0100007F{port}" for port in wanted}


def test_a_socket_is_refused(sample: SampleHost) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    for path in ("/live?ticket=good", "/mailbox"):
        assert sample.local.get(path, headers=headers).status_code == 403


class TestDashboard:
    def test_it_learns_where_the_local_port_is(self, sample: SampleHost) -> None:
        assert sample.client.get("/demo/local.json").json() == {"origin": sample.local_origin}

    def test_its_pages_read_the_demo(self, sample: SampleHost) -> None:
        origin = sample.origin
        answer = sample.local.get("/demo.json", headers={"Origin": origin})
        assert answer.json()["trackingId"] == "pt_1"
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in answer.headers

    def test_a_preflight_is_answered_to_it_alone(self, sample: SampleHost) -> None:
        asked = {"Access-Control-Request-Method": "GET"}
        mine = sample.local.options("/demo.json", headers={"Origin": sample.origin, **asked})
        assert mine.status_code == 204
        assert mine.headers["access-control-allow-origin"] == sample.origin
        for origin in ("http://evil.example", f"http://127.0.0.1:{sample.shop_port}"):
            other = sample.local.options("/demo.json", headers={"Origin": origin, **asked})
            assert other.status_code == 403
            assert "access-control-allow-origin" not in other.headers

    def test_nothing_else_is_for_them(self, sample: SampleHost) -> None:
        for path in set(PATHS) - {"/demo.json"}:
            answer = sample.local.get(path, headers={"Origin": sample.origin})
            assert answer.status_code == 403


def send_signed(
    sample: SampleHost,
    method: str,
    path: str,
    *,
    forged: bool = False,
    service: str = "",
    **headers: str,
) -> httpx.Response:
    service = service or ("lambda" if path.startswith("/2015") else "execute-api")
    body = b'{"forged": true}' if forged else b"{}"
    host = {"host": f"127.0.0.1:{sample.local_port}"}
    request = Signed(method, path, "", tuple(host.items()))
    mine = sign(request, sample.keys, service, REGION, body=body, now=datetime.now(UTC))
    return sample.local.request(method, path, content=body, headers={**host, **mine, **headers})


class TestSigned:
    @pytest.fixture(autouse=True)
    def nothing_happens(self, sample: SampleHost) -> Iterator[None]:
        yield
        assert not [tick for tick in sample.seen("ticks") if "forged" in tick]

    @pytest.mark.parametrize(("method", "path"), SIGNED)
    def test_without_a_signature_nothing_is_called(
        self, sample: SampleHost, method: str, path: str
    ) -> None:
        answer = sample.local.request(method, path, content=b'{"forged": true}')
        assert answer.status_code == 403
        assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"

    @pytest.mark.parametrize(("method", "path"), SIGNED)
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": "same-origin"},
            {"Sec-Fetch-Mode": "no-cors"},
        ],
    )
    def test_a_page_may_not_call_whatever_it_signs(
        self, sample: SampleHost, method: str, path: str, headers: dict[str, str]
    ) -> None:
        assert send_signed(sample, method, path).status_code != 403
        assert send_signed(sample, method, path, forged=True, **headers).status_code == 403

    def test_another_service_s_signature_does_not_fit(self, sample: SampleHost) -> None:
        for method, path in SIGNED:
            for service in ("lambda", "execute-api", "s3"):
                answer = send_signed(sample, method, path, service=service)
                fits = service == ("lambda" if path.startswith("/2015") else "execute-api")
                assert (answer.status_code != 403) is fits

    @pytest.mark.parametrize("secret", ["local", "geheim"])
    @pytest.mark.parametrize("key", ["local", None])
    def test_other_keys_do_not_sign(self, sample: SampleHost, key: str | None, secret: str) -> None:
        client: Any = boto3.client(
            "lambda",
            endpoint_url=sample.local_origin,
            region_name=REGION,
            aws_access_key_id=key or sample.keys.id,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}),
        )
        with pytest.raises(ClientError) as caught:
            client.invoke(FunctionName="clock", Payload=b'{"forged": true}')
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        client.close()

    def test_a_body_that_was_changed_is_refused(self, sample: SampleHost) -> None:
        def change(request: Any, **_: Any) -> None:
            request.body = b'{"forged": true}'

        client = sample.aws("lambda")
        client.meta.events.register("before-send.lambda.Invoke", change)
        with pytest.raises(ClientError) as caught:
            client.invoke(FunctionName="clock", Payload=b'{"honest": true}')
        assert caught.value.response["Error"]["Code"] == "InvalidSignatureException"
        client.close()

    def test_a_body_is_not_read_before_its_key_is_known(self, sample: SampleHost) -> None:
        with socket.create_connection(("127.0.0.1", sample.local_port), timeout=10) as connection:
            head = f"POST {INVOKE} HTTP/1.1\r\nHost: 127.0.0.1:{sample.local_port}\r\n"
            connection.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 403")

    def test_keys_of_this_start_sign_and_end_with_it(self, tmp_path: Path) -> None:
        with sample_host(tmp_path / "host", {}) as first:
            keys = first.keys
            with closing(first.aws("lambda")) as client:
                client.invoke(FunctionName="clock", Payload=b'{"honest": 1}')
            eventually(lambda: {"honest": 1} in first.seen("ticks"))
        assert not (tmp_path / "host" / "run" / "invoke.keys").exists()
        with sample_host(tmp_path / "host", {}) as second:
            assert second.keys != keys

    def test_a_function_calls_another_by_boto3(self, sample: SampleHost) -> None:
        environ = sample.do(show="environ").json()
        assert environ["AWS_ACCESS_KEY_ID"] == sample.keys.id
        with closing(sample.aws("lambda")) as client:
            answer = json.load(
                client.invoke(FunctionName="echo", Payload=b'{"return": 7}')["Payload"]
            )
        assert answer == 7

    def test_others_get_no_keys(self, sample: SampleHost) -> None:
        pids = [e["pid"] for e in sample.status()["environments"] if e["group"] != "echo"]
        assert len(pids) >= 3
        for pid in filter(None, pids):
            assert b"AWS_SECRET" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_where_the_stage_is_another_there_is_no_local_port(tmp_path: Path) -> None:
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "demo.json").write_text('{"password": "geheim"}')
    with sample_host(folder, {"PIXELTRACK_STAGE": "prod"}) as host:
        with pytest.raises(httpx.ConnectError):
            host.local.get("/metrics")
        assert not (folder / "run" / "invoke.keys").exists()
        for path in [*PATHS, INVOKE, "/demo/local.json"]:
            assert host.client.get(path).status_code == 404
