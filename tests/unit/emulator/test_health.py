"""What is amiss is said at once, to anybody, and 503 means that events cannot be taken."""

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from infra_cdk.local.emulator import probes, troubles
from infra_cdk.local.emulator.health import Health, Parts, ingest
from infra_cdk.local.emulator.metrics import Registry
from infra_cdk.local.emulator.probes import AWAY_AFTER_S, Disk, Disks, Watch, watches
from infra_cdk.local.emulator.schedules import Run, Schedules
from infra_cdk.topology import TOPOLOGY, Function, Need, Schedule, Topology

MIB = 1 << 20
SECRET = "postgresql://pixeltrack:hunter2@10.1.2.3:5432/pixeltrack"


class Server:
    """A server that answers, refuses or hangs, as the test says."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        self.fault = ""
        self.clock_ms: int | None = None
        self.watch = Watch(name, self.ask, now=clock)

    def ask(self) -> int | None:
        if self.fault:
            raise ConnectionError(self.fault)
        return self.clock_ms


class Scene:
    """A host of which each part can be made to fail."""

    def __init__(self, *takers: str) -> None:
        self.now = 1_000_000.0
        names = ("Kafka", "RabbitMQ", "MongoDB", "PostgreSQL")
        self.servers = {name: Server(name, lambda: self.now) for name in names}
        self.pools = {
            group: SimpleNamespace(group=group, up=up, wanted=up, is_ready=True)
            for group, up in (("collector", 4), ("processor", 2), ("aggregator", 0))
        }
        self.stream = SimpleNamespace(
            topic="raw_events",
            is_assigned=True,
            lag=0,
            oldest_ms=None,
            consumer=SimpleNamespace(function="processor"),
        )
        self.runs = [Run("aggregate", 30, failed=False, is_late=False)]
        self.registry = Registry(now=lambda: self.now)
        self.disks = Disks({}, 256 * MIB, "data")
        schedules = SimpleNamespace(runs=lambda: self.runs)
        watched = [server.watch for server in self.servers.values()]
        parts: Any = Parts(
            self.pools,  # type: ignore[arg-type]
            [self.stream],  # type: ignore[list-item]
            [],
            schedules,  # type: ignore[arg-type]
            watched,
            self.disks,
            self.registry,
        )
        self.health = Health(parts, {name: name for name in takers}, now=lambda: self.now)

    def goes_on(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += 1
            for server in self.servers.values():
                server.watch.look()

    def has_free(self, **mib: int) -> None:
        found = {purpose: free * MIB for purpose, free in mib.items()}
        self.disks._disks = lambda: iter(  # type: ignore[method-assign]
            [
                Disk(
                    purpose,
                    Path("/secret") / purpose,
                    free,
                    256 * MIB if purpose == "data" else MIB,
                )
                for purpose, free in found.items()
            ]
        )
        self.disks.look()

    def ask(self, path: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        route = next(r for r in self.health.routes() if r.path == path)

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nothing is read")

        asyncio.run(route.handle({**scope, "path_params": {}}, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, json.loads(sent[1]["body"])


@pytest.fixture
def scene() -> Scene:
    made = Scene("collector")
    made.goes_on(2)
    return made


def test_all_is_well(scene: Scene) -> None:
    status, headers, body = scene.ask("/health")
    assert (status, body["status"], body["amiss"]) == (200, "ok", [])
    assert headers["cache-control"] == "no-store"
    assert set(body["dependencies"]) == {"Kafka", "RabbitMQ", "MongoDB", "PostgreSQL"}
    assert body["functions"]["collector"] == {"up": 4, "wanted": 4}
    assert body["consumers"] == [{"function": "processor", "lag": 0, "oldestS": None}]
    assert body["schedules"] == {"aggregate": {"endedS": 30, "failed": False}}


@pytest.mark.parametrize("name", ["RabbitMQ", "MongoDB", "PostgreSQL"])
def test_a_store_that_is_away_degrades(scene: Scene, name: str) -> None:
    scene.servers[name].fault = "refused"
    scene.goes_on(AWAY_AFTER_S + 2)
    status, _, body = scene.ask("/health")
    assert (status, body["status"]) == (200, "degraded")
    assert body["amiss"] == [f"{name} does not answer"]
    assert body["dependencies"][name] == {"status": "away", "silentS": 8}
    scene.servers[name].fault = ""
    scene.goes_on(1)
    assert scene.ask("/health")[2]["status"] == "ok"


def kafka_is_away(scene: Scene) -> None:
    scene.servers["Kafka"].fault = "refused"
    scene.goes_on(AWAY_AFTER_S + 2)


def the_disk_is_full(scene: Scene) -> None:
    scene.has_free(data=255, logs=9999)


def the_collector_is_down(scene: Scene) -> None:
    scene.pools["collector"].up = 0
    scene.pools["collector"].is_ready = False


def its_clock_is_wrong(scene: Scene) -> None:
    said(scene, "collector")


def said(scene: Scene, function: str, name: str = "clock_ahead_s") -> None:
    """Let a function say, by its metrics, that its clock is two hours ahead."""
    metric = {"Name": name, "Unit": "Seconds"}
    directive = {"Namespace": "n", "Dimensions": [["function"]], "Metrics": [metric]}
    line = {
        "_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]},
        "function": function,
        name: 7200,
    }
    assert scene.registry.take(json.dumps(line).encode())


@pytest.mark.parametrize(
    "fault", [kafka_is_away, the_disk_is_full, the_collector_is_down, its_clock_is_wrong]
)
def test_where_no_event_can_be_acknowledged_it_is_503(
    scene: Scene, fault: Callable[[Scene], None]
) -> None:
    assert scene.ask("/health/ready")[0] == 200
    fault(scene)
    for path in ("/health", "/health/ready"):
        status, headers, body = scene.ask(path)
        assert status == 503
        assert int(headers["retry-after"]) > 0
    assert body["waitingFor"]
    assert scene.ask("/health")[2]["status"] == "unavailable"
    assert scene.ask("/health/live")[0] == 200


def test_a_host_that_takes_no_events_is_never_unavailable() -> None:
    scene = Scene()
    kafka_is_away(scene)
    assert scene.ask("/health")[0] == 200


def test_a_moment_of_silence_is_no_outage(scene: Scene) -> None:
    scene.servers["Kafka"].fault = "late"
    scene.goes_on(AWAY_AFTER_S - 2)
    assert scene.ask("/health")[0] == 200


def test_full_disks_are_named_with_what_is_free(scene: Scene) -> None:
    scene.has_free(data=9999, logs=0)
    status, _, body = scene.ask("/health")
    assert (status, body["status"]) == (200, "degraded")
    assert body["amiss"] == ["the disk of logs has 0 MiB free, which is less than 1"]
    assert body["disks"] == {"data": {"freeBytes": 9999 * MIB}, "logs": {"freeBytes": 0}}
    assert scene.health.details()["folders"]["logs"] == "/secret/logs"


def test_a_function_whose_clock_is_wrong_is_named(scene: Scene) -> None:
    said(scene, "processor")
    body = scene.ask("/health")[2]
    assert body["status"] == "degraded"
    assert body["amiss"] == ["the clock of processor is 7200 s ahead of its server"]


def test_what_one_process_met_with_is_soon_forgotten(scene: Scene) -> None:
    """The others may long be well again, and it says so only with its next request."""
    said(scene, "collector")
    said(scene, "collector", "broker_away_s")
    assert len(scene.health.amiss()) == 3
    scene.goes_on(troubles.NOW_S + 1)
    assert scene.ask("/health")[0] == 200
    assert scene.health.amiss() == ["the clock of collector is 7200 s ahead of its server"]
    scene.goes_on(120)
    assert scene.health.amiss() == []


@pytest.mark.parametrize(
    ("ahead_s", "amiss"),
    [
        (30, []),
        (-30, []),
        (90, ["this machine's clock is 90 s ahead of that of PostgreSQL"]),
        (-90, ["this machine's clock is 90 s behind that of PostgreSQL"]),
    ],
)
def test_a_clock_that_differs_is_named(scene: Scene, ahead_s: int, amiss: list[str]) -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        scene.servers["PostgreSQL"].clock_ms = (1_800_000_000 - ahead_s) * 1000
        scene.goes_on(1)
    body = scene.ask("/health")[2]
    assert body["amiss"] == amiss
    assert body["clock"] == {"PostgreSQL": {"aheadS": ahead_s}}


def test_a_consumer_that_lags_says_for_how_long(scene: Scene) -> None:
    scene.stream.lag, scene.stream.oldest_ms = 70, (scene.now - 300) * 1000
    body = scene.ask("/health")[2]
    assert body["consumers"] == [{"function": "processor", "lag": 70, "oldestS": 300}]
    assert body["amiss"] == ["processor is 300 s behind"]


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (Run("aggregate", 30, failed=True, is_late=False), "the last run of aggregate failed"),
        (Run("aggregate", 999, failed=False, is_late=True), "aggregate has not run for long"),
    ],
)
def test_an_aggregator_that_does_not_run_is_amiss(scene: Scene, run: Run, said: str) -> None:
    scene.runs = [run]
    body = scene.ask("/health")[2]
    assert (body["status"], body["amiss"]) == ("degraded", [said])


def test_ready_waits_for_everything_once_and_for_what_takes_events_ever_after() -> None:
    scene = Scene("collector")
    assert scene.ask("/health/ready")[0] == 503
    scene.goes_on(1)
    scene.stream.is_assigned = False
    status, _, body = scene.ask("/health/ready")
    assert (status, body["waitingFor"]) == (503, ["partitions of raw_events"])
    scene.stream.is_assigned = True
    assert scene.ask("/health/ready")[0] == 200
    scene.stream.is_assigned = False
    scene.servers["MongoDB"].fault = "refused"
    scene.goes_on(AWAY_AFTER_S + 2)
    assert scene.ask("/health/ready")[0] == 200
    assert scene.ask("/health")[2]["status"] == "degraded"


def test_a_server_that_never_answered_keeps_it_from_being_ready() -> None:
    scene = Scene("collector")
    scene.servers["PostgreSQL"].fault = "refused"
    scene.goes_on(1)
    status, _, body = scene.ask("/health/ready")
    assert (status, body["waitingFor"]) == (503, ["PostgreSQL"])
    assert scene.ask("/health")[2]["dependencies"]["PostgreSQL"] == {"status": "unknown"}


def test_nobody_outside_learns_what_a_server_said_or_where_anything_is(scene: Scene) -> None:
    scene.servers["PostgreSQL"].fault = f"could not connect to {SECRET}"
    scene.goes_on(AWAY_AFTER_S + 2)
    scene.has_free(data=1, logs=1)
    said = json.dumps([scene.ask(path)[2] for path in ("/health", "/health/ready", "/health/live")])
    for secret in ("hunter2", "10.1.2.3", "5432", "/secret"):
        assert secret not in said
    assert "10.1.2.3" in scene.health.details()["errors"]["PostgreSQL"]


def test_a_server_that_hangs_keeps_nobody_waiting() -> None:
    let_go, has_begun = threading.Event(), threading.Event()
    clock = [0.0]

    def hang() -> None:
        has_begun.set()
        let_go.wait(20)

    watch = Watch("MongoDB", hang, now=lambda: clock[0])
    watch.start()
    assert has_begun.wait(20)
    clock[0] = AWAY_AFTER_S + 1
    assert watch.is_away
    assert not watch.has_answered
    let_go.set()
    watch.stop()
    watch.join(20)
    assert not watch.is_away


def test_each_server_of_the_settings_is_watched() -> None:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "RABBITMQ_URL": "amqp://127.0.0.1:1",
        "MONGODB_URI": "mongodb://127.0.0.1:1",
        "DATABASE_URL": "postgresql://127.0.0.1:1/x",
    }
    assert [w.about for w in watches(environ)] == ["Kafka", "RabbitMQ", "MongoDB", "PostgreSQL"]
    assert [*watches({})] == []


@pytest.mark.parametrize(("broker", "refuses"), [("data", True), ("logs", True), (None, False)])
def test_only_the_brokers_own_disk_stops_events(
    tmp_path: Path, broker: str | None, refuses: bool, caplog: pytest.LogCaptureFixture
) -> None:
    folders = {"data": tmp_path, "logs": tmp_path, "gone": tmp_path / "gone"}
    disks = Disks(folders, 1 << 60, broker)
    with caplog.at_level("WARNING"):
        disks.look()
        disks.look()
    assert disks.refuses is refuses
    assert [disk.purpose for disk in disks.found] == ["data", "logs"]
    assert len(caplog.messages) == refuses
    if broker:
        assert [disk.is_low for disk in disks.found] == [
            disk.purpose == broker for disk in disks.found
        ]
    disks._reserve = 0
    disks.look()
    assert not disks.refuses


def test_a_disk_that_takes_no_more_files_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(f_bavail=1 << 30, f_frsize=4096, f_files=100, f_favail=0)
    monkeypatch.setattr("os.statvfs", lambda _: full)
    disks = Disks({"data": tmp_path}, 1, "data")
    disks.look()
    assert disks.refuses
    full.f_files = 0  # a file system that does not count them
    disks.look()
    assert not disks.refuses


def test_what_writes_to_the_broker_is_the_collector() -> None:
    assert ingest(TOPOLOGY) == {"collector": "collector"}


def test_schedules_tell_when_they_last_ended_well(monkeypatch: pytest.MonkeyPatch) -> None:
    function = Function("f", "works", (Need.CORE,), group="f")
    rate, cron = Schedule("rate", "f", rate_s=60), Schedule("cron", "f", cron="0 3 * * *")
    clock = [100.0]
    monkeypatch.setattr(
        "infra_cdk.local.emulator.schedules.time", SimpleNamespace(monotonic=lambda: clock[0])
    )

    class Functions:
        is_done = True

        async def invoke(self, *_: Any, **__: Any) -> Any:
            return SimpleNamespace(is_done=self.is_done, error_text=lambda: "it failed")

    functions = Functions()
    page = Topology(functions=(function,), schedules=(rate, cron))

    async def use() -> list[list[Run]]:
        schedules = Schedules(page, functions)
        seen = [[*schedules.runs()]]
        await schedules._fire(rate)
        clock[0] += 10
        seen.append([*schedules.runs()])
        functions.is_done = False
        await schedules._fire(rate)
        clock[0] += 1000
        seen.append([*schedules.runs()])
        functions.is_done = True
        await schedules._fire(rate)
        seen.append([*schedules.runs()])
        return seen

    idle = Run("cron", None, failed=False, is_late=False)
    assert asyncio.run(use()) == [
        [Run("rate", None, failed=False, is_late=False), idle],
        [Run("rate", 10, failed=False, is_late=False), idle],
        [Run("rate", 1010, failed=True, is_late=True), idle],
        [Run("rate", 0, failed=False, is_late=False), idle],
    ]


def test_probes_ask_often_and_wait_briefly() -> None:
    assert probes.ASK_WITHIN_S + probes.EVERY_S < AWAY_AFTER_S
