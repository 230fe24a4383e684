"""What died is started anew, in order and ever more slowly; what was stopped or runs is left."""

import io
import os
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra_cdk.local import supervisor
from infra_cdk.local.records import Record
from infra_cdk.local.stack import Stack
from infra_cdk.local.supervisor import History, Supervisor, histories


class FakeAttempt:
    """A start that ends when the test says so."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.stdout = io.StringIO()
        self.was_ended = False

    def poll(self) -> int | None:
        return self.status

    def terminate(self) -> None:
        self.was_ended = True
        self.status = -15

    def wait(self) -> int:
        assert self.status is not None
        return self.status


class Scene:
    """A stack's records, a clock, and the starts that a supervisor asked for."""

    def __init__(self, folder: Path) -> None:
        stack = Stack("test", folder, {})
        self.run, self.logs = stack.run, stack.logs
        self.run.mkdir(parents=True)
        self.logs.mkdir()
        self.now = 1000.0
        self.begun: list[tuple[str, float]] = []
        self.attempts: dict[str, FakeAttempt] = {}
        self.supervisor = Supervisor(
            stack, self.begin, now=lambda: self.now, epoch=lambda: self.now
        )

    def begin(self, name: str) -> FakeAttempt:
        self.begun.append((name, self.now))
        self.attempts[name] = FakeAttempt()
        return self.attempts[name]

    def runs(self, name: str) -> None:
        Record.of(name, os.getpid(), "a test", {}).write(self.run)

    def died(self, name: str) -> None:
        Record(name, os.getpid(), 1, "a test", {}).write(self.run)

    def was_stopped(self, name: str) -> None:
        (self.run / f"{name}.json").unlink()

    def comes_up(self, name: str) -> None:
        self.runs(name)
        self.attempts[name].status = 0

    def fails(self, name: str, said: str) -> None:
        self.attempts[name].stdout.write(said)
        self.attempts[name].stdout.seek(0)
        self.attempts[name].status = 1

    def goes_on(self, seconds: float, *, step_s: float = 0.5) -> None:
        until = self.now + seconds
        while self.now < until:
            self.supervisor.look()
            self.now += step_s
        self.supervisor.look()

    def names(self) -> list[str]:
        return [name for name, _ in self.begun]

    def history(self, name: str) -> History:
        return next(h for h in histories(self.run) if h.name == name)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_what_runs_is_left_alone(scene: Scene) -> None:
    for name in ("kafka", "host", "epmd", "supervisor"):
        scene.runs(name)
    scene.goes_on(600)
    assert scene.begun == []


def test_what_was_stopped_stays_so(scene: Scene) -> None:
    scene.runs("kafka")
    scene.goes_on(5)
    scene.was_stopped("kafka")
    scene.goes_on(600)
    assert scene.begun == []


def test_one_that_is_stopped_while_it_waits_for_its_next_start_stays_so(scene: Scene) -> None:
    scene.died("kafka")
    scene.supervisor.look()
    scene.was_stopped("kafka")
    scene.goes_on(600)
    assert scene.begun == []
    assert scene.history("kafka").next_at is None


def test_servers_in_containers_are_composes(scene: Scene) -> None:
    Record("kafka", 0, 0, "Docker", {}).write(scene.run)
    scene.goes_on(60)
    assert scene.begun == []


def test_what_died_is_started_and_the_reason_is_kept(scene: Scene) -> None:
    (scene.logs / "kafka.log").write_text("started\nall log dirs have failed\n\n")
    scene.runs("kafka")
    scene.goes_on(5)
    scene.died("kafka")
    died_at = scene.now
    scene.goes_on(2)
    assert scene.names() == ["kafka"]
    assert scene.begun[0][1] - died_at <= 2
    scene.comes_up("kafka")
    scene.goes_on(1)
    history = scene.history("kafka")
    assert (history.restarts, history.reason) == (1, "all log dirs have failed")
    assert history.died_at == died_at
    assert history.next_at is None


def test_the_host_waits_for_every_server(scene: Scene) -> None:
    for name in ("host", "kafka", "postgres"):
        scene.died(name)
    scene.goes_on(30)
    assert sorted(scene.names()) == ["kafka", "postgres"]
    scene.comes_up("kafka")
    scene.goes_on(30)
    assert "host" not in scene.names()
    scene.comes_up("postgres")
    scene.goes_on(1)
    assert scene.names()[-1] == "host"


def test_one_that_fails_keeps_no_other_server_waiting(scene: Scene) -> None:
    scene.died("rabbitmq")
    scene.goes_on(3)
    scene.died("kafka")
    scene.goes_on(3)
    assert scene.names() == ["rabbitmq", "kafka"]


def test_a_crash_loop_slows_down_to_a_bound_goes_on_for_ever_and_is_named(scene: Scene) -> None:
    scene.died("kafka")
    for _ in range(12):
        before = len(scene.begun)
        while len(scene.begun) == before:
            scene.goes_on(0.5)
        (scene.logs / "kafka.log").write_text("No space left on device\n")
        scene.fails("kafka", "error: kafka ended; the end of its log /a/kafka.log:\nNo\nspace\n")
    scene.goes_on(0.5)
    instants = [at for _, at in scene.begun]
    pauses = [later - earlier for earlier, later in pairwise(instants)]
    assert all(one <= other for one, other in pairwise(pauses)), pauses
    assert pauses[0] < 5
    assert 60 <= pauses[-1] < 63
    history = scene.history("kafka")
    assert history.is_looping
    assert history.in_a_row == 12
    assert history.reason == "kafka ended; No space left on device"
    assert history.next_at is not None
    assert 0 < history.next_at - scene.now <= 61


def test_one_that_comes_up_and_dies_at_once_slows_down_too(scene: Scene) -> None:
    scene.died("host")
    for _ in range(5):
        before = len(scene.begun)
        while len(scene.begun) == before:
            scene.goes_on(0.5)
        scene.comes_up("host")
        scene.goes_on(0.5)
        scene.died("host")
    instants = [at for _, at in scene.begun]
    assert instants[-1] - instants[-2] >= 8
    assert scene.history("host").is_looping


def test_after_a_stable_time_the_next_death_is_answered_at_once(scene: Scene) -> None:
    scene.died("kafka")
    for _ in range(4):
        scene.goes_on(20)
        scene.comes_up("kafka")
        scene.goes_on(0.5)
        scene.died("kafka")
    scene.goes_on(60)
    scene.comes_up("kafka")
    scene.goes_on(supervisor.STABLE_S + 1)
    assert not scene.history("kafka").is_looping
    scene.died("kafka")
    died_at = scene.now
    scene.goes_on(3)
    assert scene.begun[-1][1] - died_at <= 2


def test_one_that_somebody_else_started_is_left_alone(scene: Scene) -> None:
    scene.died("kafka")
    scene.supervisor.look()
    scene.runs("kafka")
    scene.goes_on(30)
    assert scene.begun == []


def test_one_that_is_slow_to_answer_is_not_started_twice(scene: Scene) -> None:
    scene.died("postgres")
    scene.goes_on(3)
    scene.runs("postgres")
    scene.fails("postgres", "error: postgres was not ready within 60 s")
    scene.goes_on(300)
    assert scene.names() == ["postgres"]


def test_a_start_that_cannot_even_be_tried_is_tried_again(scene: Scene) -> None:
    def cannot(_name: str) -> FakeAttempt:
        raise BlockingIOError("no more processes")

    scene.supervisor._begin = cannot
    scene.died("kafka")
    scene.goes_on(3)
    scene.supervisor._begin = scene.begin
    scene.goes_on(5)
    assert scene.names() == ["kafka"]
    assert scene.history("kafka").reason == "no more processes"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "exit status 1"),
        ("error: port 5 of kafka is taken by process 7", "port 5 of kafka is taken by process 7"),
        ("Traceback (most recent call last):\n  a line\nOSError: no", "OSError: no"),
    ],
)
def test_why_a_start_failed_is_told_in_a_line(scene: Scene, said: str, reason: str) -> None:
    scene.died("kafka")
    scene.goes_on(3)
    scene.fails("kafka", said)
    scene.goes_on(1)
    assert scene.history("kafka").reason == reason


def test_stopping_ends_starts_under_way(scene: Scene) -> None:
    scene.died("kafka")
    scene.goes_on(3)
    scene.supervisor.stop()
    assert scene.attempts["kafka"].was_ended


@pytest.mark.parametrize("what", ["run", "logs"])
def test_a_folder_that_is_gone_stops_nothing(scene: Scene, what: str) -> None:
    folder: Path = getattr(scene, what)
    scene.died("kafka")
    folder.rename(folder.with_name("elsewhere"))
    scene.goes_on(10)
    folder.with_name("elsewhere").rename(folder)
    scene.goes_on(10)
    assert scene.names() == ["kafka"]


def test_logs_begin_anew_when_they_are_large(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra_cdk.local.servers.daemons.MOST_LOG_BYTES", 10)
    scene.runs("kafka")
    log = scene.logs / "kafka.log"
    functions = scene.logs / "collector.log"
    with log.open("ab", buffering=0) as output:
        output.write(b"a long line\n")
        functions.write_bytes(b"the host's own affair\n")
        scene.goes_on(10)
        output.write(b"b\n")
    assert log.read_bytes() == b"b\n"
    assert (scene.logs / "kafka.log.1").read_bytes() == b"a long line\n"
    assert functions.read_bytes() == b"the host's own affair\n"


def test_nothing_written_down_is_no_history(tmp_path: Path) -> None:
    assert histories(tmp_path) == []
    (tmp_path / "supervision").write_text("[{")
    assert histories(tmp_path) == []


def test_a_process_that_says_it_cannot_go_on_is_ended(scene: Scene) -> None:
    pid = os.posix_spawn("/bin/sleep", ["sleep", "600"], {}, setsid=True)
    server = Record.of("mongodb", pid, "a test", {})
    server.write(scene.run)
    log = scene.logs / "mongodb.log"
    log.write_text("WT_PANIC, of an earlier process\n")
    scene.goes_on(5)
    with log.open("a") as output:
        output.write("all is well\n")
    scene.goes_on(5)
    assert server.is_alive
    with log.open("a") as output:
        output.write("_wiredtiger.WiredTigerError: WT_PANIC: WiredTiger library panic\n")
    scene.goes_on(5)
    assert not server.is_alive
    assert scene.names() == ["mongodb"]
    assert "WT_PANIC" in scene.history("mongodb").reason

    with log.open("a") as output:
        output.write("WT_PANIC, while it was down\n")
    pid = os.posix_spawn("/bin/sleep", ["sleep", "600"], {}, setsid=True)
    server = Record.of("mongodb", pid, "a test", {})
    server.write(scene.run)
    scene.attempts["mongodb"].status = 0
    scene.goes_on(5)
    assert server.is_alive, "that was its predecessor's"
    assert server.end(scene.run)


def test_a_disk_that_is_full_is_named_as_a_reason(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=3 << 20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    (scene.logs / "kafka.log").write_text("SLF4J: Defaulting to no-operation\n")
    scene.died("kafka")
    scene.goes_on(2)
    said = f"{scene.logs.parent / 'data'} has 3 MiB free; "
    assert scene.history("kafka").reason == said
    scene.fails("kafka", "error: kafka ended\n")
    scene.goes_on(1)
    assert scene.history("kafka").reason == said + "kafka ended"
