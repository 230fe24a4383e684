"""The same four servers from `compose.yaml`, where a Docker engine with compose is running."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from infra_cdk.local import records
from infra_cdk.local.servers import ports
from infra_cdk.local.servers.kafka import flush_after
from infra_cdk.local.servers.mongodb import MongoDB, local_url
from infra_cdk.local.servers.native import Native
from infra_cdk.local.stack import Stack
from pixeltrack.platform import settings

COMPOSE = Path(__file__).resolve().parents[1] / "docker" / "compose.yaml"
_SOURCE = "Docker"
_FLUSH_AFTER = "PIXELTRACK_KAFKA_FLUSH_AFTER"
_URLS = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:{port}",
    "DATABASE_URL": "postgresql://pixeltrack:pixeltrack@127.0.0.1:{port}/pixeltrack",
    "RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:{port}/%2F",
}


def is_usable(stack: Stack) -> bool:
    """Tell whether an engine responds, supports compose, and may be used."""
    local = settings.load(settings.Local, stack.given)
    if not local.use_docker or shutil.which("docker") is None:
        return False
    return all(
        subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
        for command in (["docker", "compose", "version"], ["docker", "info"])
    )


def up(stack: Stack, wanted: Sequence[Native]) -> None:
    """Start the wanted services and wait for their own health checks."""
    claimed = {service: _port(stack, service) for service in wanted}
    published = {service.port_variable: str(port) for service, port in claimed.items()}
    published[_FLUSH_AFTER] = str(flush_after(stack))
    names = [service.name for service in wanted]
    command = _compose(stack, "up", "--detach", "--wait", *names)
    subprocess.run(command, env={**stack.given, **published}, check=True)
    for service, port in claimed.items():
        url = _url(stack, service, port)
        values = {service.variable: url, service.port_variable: str(port)}
        records.Record(service.name, records.IN_A_CONTAINER, 0, _SOURCE, values).write(stack.run)


def down(stack: Stack, *, forget: bool = False) -> list[str]:
    """Stop the stack's containers, with their volumes if requested; return the services' names."""
    contained = [r for r in records.running(stack.run) if r.pid == records.IN_A_CONTAINER]
    if contained or (forget and is_usable(stack)):
        volumes = ["--volumes"] if forget else []
        subprocess.run(_compose(stack, "down", *volumes), env=dict(stack.given), check=True)
    for record in contained:
        record.end(stack.run)
    return [record.name for record in contained]


def _url(stack: Stack, service: Native, port: int) -> str:
    if service.variable == MongoDB.variable:
        return local_url(stack, port)
    return _URLS[service.variable].format(port=port)


def _port(stack: Stack, service: Native) -> int:
    """Return the port that a container has already, or a free one for a new container."""
    if record := records.find(stack.run, service.name):
        return int(record.values[service.port_variable])
    return ports.claim(stack, service.port_variable)


def _compose(stack: Stack, *arguments: str) -> list[str]:
    project = f"pixeltrack-{stack.name}"
    return ["docker", "compose", "--project-name", project, "--file", str(COMPOSE), *arguments]
