"""The compose file keeps to what is promised of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra_cdk.local.servers.docker import _FLUSH_AFTER, _URLS, COMPOSE
from infra_cdk.local.servers.servers import SERVICES

SERVERS: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]


def test_it_holds_the_servers_under_the_names_and_ports_that_the_code_uses() -> None:
    for service in SERVICES:
        (published,) = SERVERS[service.name]["ports"]
        assert f"${{{service.port_variable}:-" in published
        assert service.variable in {*_URLS, "MONGODB_URI"}


def test_every_server_is_waited_for() -> None:
    assert all("healthcheck" in SERVERS[service.name] for service in SERVICES)


def test_the_engine_restarts_what_dies_unless_it_was_stopped() -> None:
    restarts = {SERVERS[service.name].get("restart") for service in SERVICES}
    assert restarts == {"unless-stopped"}


@pytest.mark.parametrize("name", SERVERS)
def test_images_are_pinned_to_a_version(name: str) -> None:
    _, _, tag = SERVERS[name]["image"].partition(":")
    assert tag[:1].isdigit()
    assert "." in tag


@pytest.mark.parametrize("name", SERVERS)
def test_ports_are_published_on_loopback_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVERS[name]["ports"])


def test_kafka_needs_no_zookeeper() -> None:
    assert "zookeeper" not in COMPOSE.read_text().lower()
    assert SERVERS["kafka"]["environment"]["KAFKA_PROCESS_ROLES"] == "broker,controller"


def test_the_tools_come_only_when_asked_for() -> None:
    tools = {name for name, server in SERVERS.items() if server.get("profiles") == ["tools"]}
    assert tools == {"pgadmin", "mongo-express", "rabbitmq-management"}


def test_postgres_brings_hll() -> None:
    build = SERVERS["postgres"]["build"]
    dockerfile = (Path(COMPOSE).parent / build["dockerfile"]).read_text()
    assert "postgresql-15-hll" in dockerfile
    assert "FROM postgres:15." in dockerfile


def test_kafka_flushes_where_power_cuts_count() -> None:
    flush = SERVERS["kafka"]["environment"]["KAFKA_LOG_FLUSH_INTERVAL_MESSAGES"]
    assert flush.startswith(f"${{{_FLUSH_AFTER}:-")
