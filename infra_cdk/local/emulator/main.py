"""Assembles the local host from a topology and a stack, serves it, and stops it cleanly."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
import uvicorn
import uvloop

from infra_cdk.local.emulator.app import App
from infra_cdk.local.emulator.environment import launch
from infra_cdk.local.emulator.functions import Functions, Pool
from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.invoke_api import InvokeApi
from infra_cdk.local.emulator.kafka import KafkaPoller
from infra_cdk.local.emulator.logs import LogFile
from infra_cdk.local.emulator.mailbox import Mailbox
from infra_cdk.local.emulator.metrics import Registry, labels
from infra_cdk.local.emulator.pages import Dashboard, Shop, Site
from infra_cdk.local.emulator.rabbitmq import QueuePoller
from infra_cdk.local.emulator.schedules import Schedules
from infra_cdk.local.emulator.sockets import Sockets
from infra_cdk.local.emulator.status import Status
from infra_cdk.topology import TOPOLOGY, Function, Topology
from infra_cdk.topology.deployment import migration_payload, resolved_name
from pixeltrack.platform import settings

STOP_WITHIN_S = 5
MIGRATOR = "migrator"

log = logging.getLogger(__name__)


class DeployError(RuntimeError):
    """The migrator failed; the message is its own."""


class Stack(Site, Protocol):
    """What the host needs of a stack besides its files."""

    @property
    def root(self) -> Path:
        """Return the folder that functions are imported from."""

    @property
    def logs(self) -> Path:
        """Return the folder of log files."""

    @property
    def port(self) -> int:
        """Return the port of dashboard, API and tracker."""

    @property
    def shop_port(self) -> int:
        """Return the port of the demo shop."""

    def environ(self) -> dict[str, str]:
        """Return the values of all settings."""


def run(stack: Stack, topology: Topology = TOPOLOGY) -> None:
    """Serve until SIGTERM or SIGINT; raise `DeployError` where the migrator fails."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Host(stack, topology).serve())


class _Server(uvicorn.Server):
    """A server that leaves signals to the host, which stops several."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Host:
    def __init__(self, stack: Stack, topology: Topology) -> None:
        self._stack = stack
        self._topology = topology
        self._environ = stack.environ()
        self._registry = Registry()
        self._logs = {g: self._log_file(g) for g in topology.groups()}

    async def serve(self) -> None:
        """Deploy, start everything, wait for a signal, stop everything in turn."""
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        with _bound(self._stack.port) as main, _bound(self._stack.shop_port) as shop:
            functions = Functions(self._topology, self._pools())
            streams = [*self._streams(functions)]
            queues = [*self._queues(functions)]
            schedules = Schedules(self._topology, functions)
            app = self._app(functions, streams, queues)
            try:
                await _deploy(self._topology, functions, self._environ)
                functions.start()
                for poller in (*streams, *queues):
                    poller.start()
                schedules.start()
                log.info("serving %s and the demo shop %s", self._stack.origin, self._stack.shop)
                await self._serve_until(stopping, [(app, main), (Shop(self._stack), shop)])
                schedules.stop()
            finally:
                await asyncio.to_thread(_stop_pollers, [*streams, *queues])
                await functions.stop()
                for log_file in self._logs.values():
                    log_file.close()
        log.info("stopped")

    async def _serve_until(
        self, stopping: asyncio.Event, apps: "list[tuple[Any, socket.socket]]"
    ) -> None:
        servers = [(_Server(self._config(app)), bound) for app, bound in apps]
        tasks = [asyncio.create_task(server.serve(sockets=[bound])) for server, bound in servers]
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        for server, _ in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)

    def _config(self, app: Any) -> uvicorn.Config:
        return uvicorn.Config(
            app,
            http="httptools",
            loop="none",
            ws="websockets-sansio" if self._topology.sockets else "none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            backlog=1024,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )

    def _app(
        self, functions: Functions, streams: list[KafkaPoller], queues: list[QueuePoller]
    ) -> App:
        return App(
            gateway=Gateway(self._topology, functions, self._observe),
            dashboard=Dashboard(self._stack),
            invoke_api=InvokeApi(functions),
            sockets=Sockets(self._topology, functions),
            status=Status(functions.pools, streams, queues, self._registry),
            mailbox=Mailbox(Path(self._environ["PIXELTRACK_MAIL_DIR"])),
            demo_file=self._stack.directory / "demo.json",
        )

    def _pools(self) -> Mapping[str, Pool]:
        topology = self._topology
        triggered = {
            *(route.function for route in topology.routes),
            *(consumer.function for consumer in topology.consumers),
            *(consumer.function for consumer in topology.queue_consumers),
            *(socket.function for socket in topology.sockets),
            *(socket.authorizer for socket in topology.sockets),
            topology.authorizer.function if topology.authorizer else None,
        }
        return {
            group: Pool(
                group,
                launch(
                    topology,
                    functions,
                    self._environ,
                    machine=os.environ,
                    origin=self._stack.origin,
                    task_root=self._stack.root,
                ),
                size=functions[0].environments,
                kept=_kept(functions) if any(f.name in triggered for f in functions) else 0,
                per_caller=functions[0].per_caller,
                new_reader=self._logs[group].reader,
            )
            for group, functions in topology.groups().items()
        }

    def _streams(self, functions: Functions) -> Iterator[KafkaPoller]:
        topics = {topic.name: topic for topic in self._topology.topics}
        for consumer in self._topology.consumers:
            yield KafkaPoller(
                consumer,
                resolved_name(topics[consumer.topic], self._environ),
                settings.load(settings.Kafka, self._environ).client(),
                functions,
                most_in_flight=self._topology.function(consumer.function).environments,
            )

    def _queues(self, functions: Functions) -> Iterator[QueuePoller]:
        queues = {queue.name: queue for queue in self._topology.queues}
        for consumer in self._topology.queue_consumers:
            url = settings.load(settings.RabbitMQ, self._environ).url
            queue = resolved_name(queues[consumer.queue], self._environ)
            yield QueuePoller(consumer, queue, url, functions)

    def _log_file(self, group: str) -> LogFile:
        return LogFile(self._stack.logs / f"{group}.log", self._registry.take)

    def _observe(self, route: str, status: int, ms: float) -> None:
        of = labels(route=route, status=str(status))
        self._registry.duration("pixeltrack_gateway_request_seconds", of, ms / 1000)


async def _deploy(topology: Topology, functions: Functions, environ: Mapping[str, str]) -> None:
    """Bring topics, queues and schemas up to date before all else; raises `DeployError`."""
    if MIGRATOR not in functions:
        return
    event = msgspec.json.encode(migration_payload(topology, environ))
    outcome = await functions.invoke(MIGRATOR, event)
    if not outcome.is_done:
        raise DeployError(f"the migrator failed: {outcome.error_text()}")
    log.info("migrator: %s", outcome.payload.decode())


def _kept(functions: tuple[Function, ...]) -> int:
    """Return how many environments of a group with triggers are up before they are needed."""
    return functions[0].per_caller or functions[0].environments


def _stop_pollers(pollers: list[Any]) -> None:
    started = [poller for poller in pollers if poller.is_alive()]
    for poller in started:
        poller.stop()
    for poller in started:
        poller.join(timeout=2 * STOP_WITHIN_S)


@contextlib.contextmanager
def _bound(port: int) -> "Iterator[socket.socket]":
    """Bind a loopback port, so that a taken one is told before anything starts."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        yield bound
