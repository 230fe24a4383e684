"""Assembles the local host from a topology and a stack, serves it, and stops it cleanly."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
import uvicorn
import uvloop

from infra_cdk.local.emulator.app import DEMO, App, LocalApp
from infra_cdk.local.emulator.doors import LocalDoor, origin_of
from infra_cdk.local.emulator.environment import launch
from infra_cdk.local.emulator.functions import Functions, Pool
from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.health import Health, Parts, ingest
from infra_cdk.local.emulator.invoke_api import InvokeApi
from infra_cdk.local.emulator.kafka import KafkaPoller
from infra_cdk.local.emulator.limits import (
    MOST_MESSAGE_BYTES,
    BoundedWebSocket,
    Limits,
    bounded,
)
from infra_cdk.local.emulator.logs import LogFile
from infra_cdk.local.emulator.mailbox import Mailbox
from infra_cdk.local.emulator.metrics import Registry, labels
from infra_cdk.local.emulator.pages import Dashboard, Shop, Site
from infra_cdk.local.emulator.probes import Disks, Round, watches
from infra_cdk.local.emulator.rabbitmq import QueuePoller
from infra_cdk.local.emulator.schedules import Schedules
from infra_cdk.local.emulator.signed import Signatures
from infra_cdk.local.emulator.sockets import Sockets
from infra_cdk.local.emulator.status import Status
from infra_cdk.local.emulator.web import every_answer
from infra_cdk.local.signatures import Keys
from infra_cdk.topology import TOPOLOGY, Function, Topology
from infra_cdk.topology.deployment import migration_payload, resolved_name
from pixeltrack.platform import settings

STOP_WITHIN_S = 5
MOST_FILES = 8192
_NEVER_ELSEWHERE = ("cross-origin-resource-policy", "same-origin")
"""No page of another origin may embed what the local port answers."""

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
    def data(self) -> Path:
        """Return the folder of the servers' data."""

    @property
    def has_broker(self) -> bool:
        """Tell whether the broker keeps its records in that folder."""

    @property
    def port(self) -> int:
        """Return the port of dashboard, API and tracker."""

    @property
    def shop_port(self) -> int:
        """Return the port of the demo shop."""

    @property
    def local_port(self) -> int:
        """Return the port of what is for this machine alone."""

    @property
    def local_origin(self) -> str:
        """Return the address of that port."""

    @property
    def keys_file(self) -> Path:
        """Return the file of the keys that sign calls of the Invoke API."""

    def environ(self) -> dict[str, str]:
        """Return the values of all settings."""


def run(stack: Stack, topology: Topology = TOPOLOGY, limits: Limits | None = None) -> None:
    """Serve until SIGTERM or SIGINT; raise `DeployError` where the migrator fails."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    _allow_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Host(stack, topology, limits).serve())


class _Server(uvicorn.Server):
    """A server that leaves signals to the host, which stops several."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Host:
    def __init__(self, stack: Stack, topology: Topology, limits: Limits | None = None) -> None:
        self._stack = stack
        self._topology = topology
        self._limits = limits or Limits()
        self._environ = stack.environ()
        self._stage = settings.load(settings.Core, self._environ).stage
        self._keys = Keys.made()
        self._registry = Registry()
        self._logs = {g: self._log_file(g) for g in topology.groups()}

    async def serve(self) -> None:
        """Deploy, start everything, wait for a signal, stop everything in turn."""
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        with (
            _bound(self._stack.port) as main,
            _bound(self._stack.shop_port) as shop,
            self._local_port() as local,
        ):
            functions = Functions(self._topology, self._pools())
            streams = [*self._streams(functions)]
            queues = [*self._queues(functions)]
            schedules = Schedules(self._topology, functions)
            disks, watched = self._disks(), [*watches(self._environ)]
            rounds: list[Round] = [disks, *watched]
            parts = Parts(
                functions.pools, streams, queues, schedules, watched, disks, self._registry
            )
            health = Health(parts, ingest(self._topology))
            status = Status(parts, health, self._logs)
            sockets = Sockets(self._topology, functions)
            servers = [
                self._server(self._app(functions, sockets, health, disks), main),
                self._server(Shop(self._stack), shop),
            ]
            if local is not None:
                door = self._local_door(functions, sockets, status)
                servers.append(self._server(door, local, _NEVER_ELSEWHERE))
            try:
                await _deploy(self._topology, functions, self._environ)
                functions.start()
                disks.look()  # before the first request
                for poller in (*streams, *queues):
                    poller.start()
                for each in rounds:
                    each.start()
                schedules.start()
                log.info("serving %s and the demo shop %s", self._stack.origin, self._stack.shop)
                await self._serve_until(stopping, servers)
                schedules.stop()
                for each in rounds:
                    each.stop()
            finally:
                await asyncio.to_thread(_stop_pollers, [*streams, *queues])
                await functions.stop()
                for log_file in self._logs.values():
                    log_file.close()
        log.info("stopped")

    async def _serve_until(
        self, stopping: asyncio.Event, servers: "list[tuple[_Server, socket.socket]]"
    ) -> None:
        tasks = [asyncio.create_task(server.serve(sockets=[bound])) for server, bound in servers]
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        for server, _ in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)

    def _server(
        self, app: Any, bound: socket.socket, *headers: tuple[str, str]
    ) -> "tuple[_Server, socket.socket]":
        config = uvicorn.Config(
            app,
            http=bounded(self._limits),
            loop="none",
            ws=BoundedWebSocket if self._topology.sockets else "none",
            ws_max_size=MOST_MESSAGE_BYTES,
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            headers=[*every_answer(self._stage), *headers],
            proxy_headers=False,
            backlog=1024,
            timeout_keep_alive=self._limits.idle_s,
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        return _Server(config), bound

    @property
    def _is_local(self) -> bool:
        return self._stage == "local"

    @contextlib.contextmanager
    def _local_port(self) -> "Iterator[socket.socket | None]":
        """Bind the port for this machine and write its keys, where the stage is `local`."""
        if not self._is_local:
            if self._topology.invocations or self._topology.sockets:
                log.warning("the stage is %s: functions cannot call one another here", self._stage)
            yield None
            return
        with _bound(self._stack.local_port) as bound:
            self._keys.write(self._stack.keys_file)
            try:
                yield bound
            finally:
                self._stack.keys_file.unlink(missing_ok=True)

    def _app(self, functions: Functions, sockets: Sockets, health: Health, disks: Disks) -> App:
        local_origin = self._stack.local_origin if self._is_local else None
        return App(
            gateway=Gateway(self._topology, functions, self._observe, disks),
            dashboard=Dashboard(self._stack, local_origin),
            sockets=sockets,
            health=health,
            local_origin=local_origin,
        )

    def _local_door(self, functions: Functions, sockets: Sockets, status: Status) -> LocalDoor:
        signatures = Signatures(self._keys)
        app = LocalApp(
            invoke_api=InvokeApi(functions, signatures),
            sockets=sockets,
            signatures=signatures,
            status=status,
            mailbox=Mailbox(Path(self._environ["PIXELTRACK_MAIL_DIR"])),
            demo_file=self._stack.directory / "demo.json",
        )
        public = self._environ.get("PIXELTRACK_PUBLIC_URL", self._stack.origin)
        return LocalDoor(
            app,
            port=self._stack.local_port,
            origins=(self._stack.origin, origin_of(public)),
            shared=frozenset({DEMO}),
        )

    def _disks(self) -> Disks:
        local = settings.load(settings.Local, self._environ)
        folders = {"data": self._stack.data, "logs": self._stack.logs}
        broker = "data" if self._stack.has_broker else None
        return Disks(folders, local.disk_reserve_mib << 20, broker)

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
                    origin=self._stack.local_origin,
                    keys=self._keys,
                    task_root=self._stack.root,
                ),
                size=functions[0].environments,
                kept=_kept(functions) if any(f.name in triggered for f in functions) else 0,
                per_caller=functions[0].per_caller,
                most_waiting=functions[0].most_waiting,
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


def _allow_files() -> None:
    """Let this process open as many files as its connections may need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


@contextlib.contextmanager
def _bound(port: int) -> "Iterator[socket.socket]":
    """Bind a loopback port, so that a taken one is told before anything starts."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        yield bound
