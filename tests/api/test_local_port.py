"""What is for this machine, on the running host: its tools get it, nobody else does."""

import dataclasses
import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import httpx
import pytest

from infra_cdk.local import asking, cli
from infra_cdk.local.asking import NotLocal
from infra_cdk.local.signatures import Keys
from infra_cdk.local.stack import PORTS, Stack
from infra_cdk.local.tools import history
from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY

FUNCTIONS = [function.name for function in TOPOLOGY.functions]
PATHS = ["/mailbox", "/mailbox/messages", "/demo.json", "/status.json", "/metrics"]


def test_each_part_has_a_port_of_its_own(host: Trial) -> None:
    environ = host.stack.environ()
    assert len({environ[variable] for variable in PORTS}) == 3
    assert {urlsplit(a).port for a in (host.origin, host.shop, host.local)} == {
        int(environ[variable]) for variable in PORTS
    }


@pytest.mark.parametrize("path", PATHS)
def test_the_product_s_port_has_nothing_of_it(host: Trial, path: str) -> None:
    answer = httpx.get(host.origin + path)
    assert answer.status_code == 404
    assert host.demo.password not in answer.text
    assert httpx.get(host.local + path).status_code == 200


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain", "Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "192.0.2.1"},
    ],
)
def test_no_function_is_called_unsigned(
    host: Trial, function: str, headers: dict[str, str]
) -> None:
    path = f"/2015-03-31/functions/{function}/invocations"
    for origin, status in ((host.origin, 404), (host.local, 403)):
        answer = httpx.post(origin + path, content=b"{}", headers=headers)
        assert answer.status_code == status


def test_the_tools_of_this_machine_sign(host: Trial) -> None:
    assert asking.invoke(host.stack, "aggregator", {"task": "minute"}) is not None
    assert history.aggregate(host.stack)
    consumers = asking.status(host.stack)["consumers"]
    assert [consumer["function"] for consumer in consumers] == ["processor"]


def test_with_the_keys_of_another_start_they_may_not(host: Trial, tmp_path: Path) -> None:
    ports = {variable: host.environ[variable] for variable in PORTS}
    stale = Stack(host.stack.name, tmp_path, {**host.stack.given, **ports})
    Keys.made().write(stale.keys_file)
    with pytest.raises(HTTPError, match="403"):
        asking.invoke(stale, "aggregator", {"task": "minute"})
    assert not history.aggregate(stale)


def test_where_the_stage_is_another_they_say_so(
    host: Trial, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = dataclasses.replace(
        host.stack, given={**host.stack.given, "PIXELTRACK_STAGE": "prod"}
    )
    with pytest.raises(NotLocal, match="PIXELTRACK_STAGE"):
        asking.status(elsewhere)
    with pytest.raises(NotLocal, match="PIXELTRACK_STAGE"):
        asking.invoke(elsewhere, "migrator", {})
    monkeypatch.setenv("PIXELTRACK_STAGE", "prod")
    for command in ("status", "migrate"):
        cli.main([command, "--stack", host.stack.name])
    told = capsys.readouterr().out
    assert "tells more where the stage is local" in told
    assert "error: only a stack whose PIXELTRACK_STAGE is local" in told


def test_status_is_read_at_the_local_port(host: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Stores of a trial are named by its environment alone, so the stack's own are amiss."""
    assert cli.main(["status", "--stack", host.stack.name]) == 1
    told = capsys.readouterr().out
    assert "health: ok" in told
    assert "processor ←" in told


def test_the_demo_page_learns_where_it_is_and_may_ask(host: Trial) -> None:
    where = httpx.get(f"{host.origin}/demo/local.json").json()["origin"]
    assert where == host.local
    answer = httpx.get(f"{where}/demo.json", headers={"Origin": host.origin})
    assert answer.headers["access-control-allow-origin"] == host.origin
    assert answer.json() == json.loads(host.demo.json())
    policy = httpx.get(f"{host.origin}/demo/").headers["content-security-policy"]
    assert f"connect-src 'self' {host.local};" in f"{policy};"
