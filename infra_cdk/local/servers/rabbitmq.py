"""Debian's RabbitMQ as a private node, with a port mapper (epmd) of its own."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pika

from infra_cdk.local import records
from infra_cdk.local.files import require
from infra_cdk.local.servers import ports
from infra_cdk.local.servers.daemons import MOST_LOG_BYTES
from infra_cdk.local.servers.native import Launch
from infra_cdk.local.stack import Stack

# Debian's wrapper in /usr/sbin would change the user.
_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

_MAPPER = "epmd"
_MAPPER_PORT = "ERL_EPMD_PORT"

_CONFIG = """\
listeners.tcp.local = 127.0.0.1:{port}
log.file = false
log.console = true
log.console.level = warning
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 50MB
"""

# One scheduler of each kind: the node idles, and each costs memory and wake-ups.
_ERLANG = (
    "+S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none +sbwtdcpu none +sbwtdio none "
    "-kernel inet_dist_use_interface {127,0,0,1}"
)


class RabbitMQ:
    """The task broker."""

    name = "rabbitmq"
    variable = "RABBITMQ_URL"
    port_variable = "PIXELTRACK_RABBITMQ_PORT"
    packages: Mapping[str, str] = {str(_PROGRAM): "rabbitmq-server"}
    ready_within_s = 120.0

    def source(self) -> str:
        """Return the name of the package."""
        return "Debian's rabbitmq-server, a private node"

    def prepare(self, stack: Stack, port: int) -> Sequence[Launch]:
        """Write the configuration; epmd is started here, or the node would leave one behind."""
        home = stack.data / "rabbitmq"
        home.mkdir(parents=True, exist_ok=True)
        cookie = home / ".erlang.cookie"
        if os.path.lexists(cookie):
            require(cookie, "[A-Z]{20}", "delete it, then RabbitMQ makes a new one")
        (stack.run / "rabbitmq.conf").write_text(_CONFIG.format(port=port))
        plugins = stack.run / "rabbitmq.plugins"
        plugins.write_text("[].\n")
        running = records.find(stack.run, _MAPPER)
        mapper = int(running.values[_MAPPER_PORT]) if running else ports.next_free(port + 1)
        environ = {
            "HOME": str(home),
            "RUNNING_UNDER_SYSTEMD": "1",  # the server is the process, not a shell beside it
            _MAPPER_PORT: str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"pixeltrack_{stack.name}@localhost",
            "RABBITMQ_DIST_PORT": str(ports.next_free(mapper + 1)),
            "RABBITMQ_CONFIG_FILE": str(stack.run / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_MNESIA_BASE": str(home),
            "RABBITMQ_LOG_BASE": str(stack.logs),
            "ERL_CRASH_DUMP": str(stack.logs / "rabbitmq.crash"),
            "ERL_CRASH_DUMP_BYTES": str(MOST_LOG_BYTES),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }
        listen = ["epmd", "-address", "127.0.0.1", "-port", str(mapper)]
        return [
            Launch(_MAPPER, listen, environ, {_MAPPER_PORT: str(mapper)}),
            Launch(self.name, [str(_PROGRAM)], environ),
        ]

    def url(self, stack: Stack, port: int) -> str:  # noqa: ARG002
        """Return the connection string; RabbitMQ accepts `guest` only from loopback."""
        return f"amqp://guest:guest@127.0.0.1:{port}/%2F"

    def probe(self, url: str) -> None:
        """Open a connection and a channel."""
        parameters = pika.URLParameters(url)
        parameters.blocked_connection_timeout = 5
        connection = pika.BlockingConnection(parameters)
        connection.channel()
        connection.close()
