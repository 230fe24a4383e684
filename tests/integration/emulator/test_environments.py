import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra_cdk.local.emulator import functions
from infra_cdk.local.emulator.environment import Call, Launch
from infra_cdk.local.emulator.functions import Pool, State
from infra_cdk.local.emulator.invocation import Ending, Handler, Outcome, Start
from tests.integration.emulator.conftest import SampleHost, eventually


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestInAHost:
    def test_at_the_deadline_an_environment_is_ended_and_replaced(self, lone: SampleHost) -> None:
        before = {e["pid"] for e in lone.environments("echo")}
        began = time.monotonic()

        answer = lone.do(sleep_s=30)

        assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
        assert 0.9 < time.monotonic() - began < 3
        eventually(lone.is_healthy)
        after = {e["pid"] for e in lone.environments("echo")}
        assert len(before - after) == 1
        assert not any(alive(pid) for pid in before - after)

    @pytest.mark.parametrize("status", [0, 3])
    def test_one_that_exits_is_503_and_comes_back(self, lone: SampleHost, status: int) -> None:
        assert lone.do(exit=status).status_code == 503

        eventually(lone.is_healthy)
        assert sum(e["restarts"] for e in lone.environments("echo")) == 1
        assert lone.client.get("/fast").status_code == 204
        out = (lone.folder / "host.out").read_text()
        assert f"ended with status {status}; next start in 0.1 s" in out

    def test_one_that_is_killed_comes_back_and_the_log_says_who(self, lone: SampleHost) -> None:
        killed = lone.environments("echo")[0]["pid"]
        os.kill(killed, signal.SIGKILL)

        eventually(lambda: lone.environments("echo")[0]["pid"] not in (None, killed))
        out = (lone.folder / "host.out").read_text()
        assert f"echo environment 0 (pid {killed}) ended with signal 9" in out

    def test_sigterm_stops_everything_after_what_is_in_flight(self, lone: SampleHost) -> None:
        pids = [e["pid"] for e in lone.status()["environments"] if e["pid"]]
        url = f'{lone.origin}/echo?do={{"sleep_s":0.6,"return":{{"a":1}}}}'
        with subprocess.Popen(["curl", "-sg", url], stdout=subprocess.PIPE) as request:
            eventually(lambda: any(e["state"] == "busy" for e in lone.environments("echo")))
            lone.process.terminate()
            output, _ = request.communicate(timeout=10)

        assert output == b'{"a": 1}'
        assert lone.process.wait(10) == 0
        assert not any(alive(pid) for pid in pids)

    def test_a_killed_host_leaves_no_orphans(self, lone: SampleHost) -> None:
        busy = subprocess.Popen(["curl", "-sg", f'{lone.origin}/echo?do={{"sleep_s":30}}'])
        eventually(lambda: any(e["state"] == "busy" for e in lone.environments("echo")))
        pids = [e["pid"] for e in lone.status()["environments"] if e["pid"]]

        lone.process.kill()

        busy.wait(10)
        eventually(lambda: not any(alive(pid) for pid in pids), within_s=5)

    def test_a_schedule_fires_at_its_rate(self, lone: SampleHost) -> None:
        ticks = eventually(lambda: lone.seen("ticks")[1:])

        assert ticks[0]["detail-type"] == "Scheduled Event"
        assert ticks[0]["resources"][0].endswith("schedule/default/tick")


def launch(folder: Path, code: str) -> Launch:
    package = folder / "functions" / "sample"
    package.mkdir(parents=True, exist_ok=True)
    for folder_of_code in (package, package.parent):
        (folder_of_code / "__init__.py").touch()
    (package / "handler.py").write_text(code)
    return Launch(
        argv=(sys.executable, "-m", "infra_cdk.local.emulator.runtime", "sample"),
        environ={"PATH": os.environ["PATH"]},  # noqa: TID251 - it starts programs
        task_root=folder,
        start=Start([Handler("sample", "functions.sample.handler.handler", 256)]),
    )


def new_pool(
    folder: Path,
    code: str,
    *,
    is_eager: bool = False,
    size: int = 1,
    kept: int = 1,
    per_caller: int | None = None,
    most_waiting: int | None = None,
) -> Pool:
    return Pool(
        "sample",
        launch(folder, code),
        size=size,
        kept=kept if is_eager else 0,
        per_caller=per_caller,
        most_waiting=most_waiting,
        new_reader=lambda: lambda _: None,
    )


def call(timeout_s: float = 5, caller: str | None = None, event: bytes = b"{}") -> Call:
    return Call("sample", "r", event, timeout_s, caller)


async def reached(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it never came"
        await asyncio.sleep(0.01)


class TestPool:
    def test_a_pool_without_triggers_starts_at_need_and_ends_when_idle(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(functions, "IDLE_S", 0.2)

        async def use() -> None:
            pool = new_pool(tmp_path, "def handler(event, context): return 1")
            pool.start()
            assert pool.slots[0].state is State.ENDED
            assert await pool.invoke(call(), 5) == Outcome(Ending.DONE, b"1")
            await reached(lambda: pool.slots[0].state is State.ENDED)
            assert (await pool.invoke(call(), 5)).is_done
            await pool.stop()

        asyncio.run(use())

    def test_an_import_that_fails_is_the_callers_error(self, tmp_path: Path) -> None:
        async def use() -> Outcome:
            pool = new_pool(tmp_path, "import no_such_module")
            outcome = await pool.invoke(call(), None)
            await pool.stop()
            return outcome

        outcome = asyncio.run(use())

        assert outcome.ending is Ending.ERROR
        assert outcome.error_text() == (
            "Runtime.ImportModuleError: No module named 'no_such_module'"
        )

    def test_a_process_that_does_not_come_up_is_tried_with_growing_pauses(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def use() -> None:
            pool = new_pool(tmp_path, "import os; os._exit(7)", is_eager=True)
            pool.start()
            await reached(lambda: pool.slots[0].restarts == 3)
            assert not pool.is_ready
            await pool.stop()

        with caplog.at_level("WARNING"):
            asyncio.run(use())

        pauses = [m.rpartition("in ")[2] for m in caplog.messages]
        assert pauses == ["0.1 s", "0.2 s", "0.4 s"]
        assert all("ended with status 7" in message for message in caplog.messages)

    def test_an_environment_that_fails_everything_does_not_get_every_call(
        self, tmp_path: Path
    ) -> None:
        """A process whose clock is wrong fails at once, and so would be free for each next try."""
        code = f"""
import os
try:
    os.close(os.open({str(tmp_path / "first")!r}, os.O_CREAT | os.O_EXCL))
    is_sick = True
except FileExistsError:
    is_sick = False
def handler(event, context):
    if is_sick:
        raise ValueError
    return 1
"""

        async def use() -> list[bool]:
            pool = new_pool(tmp_path, code, is_eager=True, size=2, kept=2)
            pool.start()
            await reached(lambda: pool.is_ready)
            done = []
            for _ in range(6):
                outcomes = await asyncio.gather(*(pool.invoke(call(), None) for _ in range(2)))
                assert sorted(outcome.is_done for outcome in outcomes) == [False, True]
                done.append((await pool.invoke(call(), None)).is_done)
            await pool.stop()
            return done

        assert asyncio.run(use()) == [True] * 6

    def test_the_wait_of_a_caller_who_must_be_answered_counts(self, tmp_path: Path) -> None:
        code = "def handler(event, context): return context.get_remaining_time_in_millis()"

        async def use() -> list[int]:
            pool = new_pool(tmp_path, code)
            now = asyncio.get_running_loop().time()
            calls = [call(), replace(call(), asked_at=now - 3)]
            lefts = [int((await pool.invoke(each, None)).payload) for each in calls]
            await pool.stop()
            return lefts

        whole, rest = asyncio.run(use())
        assert 4_000 < whole <= 5_000
        assert rest <= 2_000

    def test_a_caller_waits_only_so_long_and_in_order(self, tmp_path: Path) -> None:
        code = "import time\ndef handler(event, context): time.sleep(0.4); return time.time()"

        async def use() -> tuple[Outcome, list[Outcome]]:
            pool = new_pool(tmp_path, code)
            first = asyncio.create_task(pool.invoke(call(), None))
            await reached(lambda: pool.slots[0].state is State.BUSY)
            others = [asyncio.create_task(pool.invoke(call(), None)) for _ in range(2)]
            await asyncio.sleep(0)
            impatient = await pool.invoke(call(), 0.05)
            done = await asyncio.gather(first, *others)
            await pool.stop()
            return impatient, done

        impatient, done = asyncio.run(use())

        assert impatient.ending is Ending.THROTTLED
        times = [float(outcome.payload) for outcome in done]
        assert times == sorted(times)

    def test_a_caller_with_its_share_waits_while_others_pass(self, tmp_path: Path) -> None:
        code = "import time\ndef handler(event, context): time.sleep(event); return time.time()"

        async def use() -> tuple[Outcome, list[Outcome]]:
            pool = new_pool(tmp_path, code, size=2, per_caller=1)
            mine = asyncio.create_task(pool.invoke(call(caller="a", event=b"0.6"), None))
            await reached(lambda: pool.slots[0].state is State.BUSY)
            impatient = await pool.invoke(call(caller="a", event=b"0"), 0.05)
            assert pool.slots[1].state is State.ENDED  # none is started that "a" may not have
            mine_too = asyncio.create_task(pool.invoke(call(caller="a", event=b"0"), None))
            await asyncio.sleep(0)
            others = await pool.invoke(call(caller="b", event=b"0"), None)
            done = [others, await mine, await mine_too]
            await pool.stop()
            return impatient, done

        impatient, done = asyncio.run(use())

        assert impatient.ending is Ending.THROTTLED
        assert all(outcome.is_done for outcome in done)
        assert float(done[1].payload) < float(done[2].payload)

    def test_a_full_queue_refuses_at_once_and_serves_the_others(self, tmp_path: Path) -> None:
        code = "import time\ndef handler(event, context): time.sleep(0.3); return time.time()"

        async def use() -> tuple[list[Outcome], list[Outcome]]:
            pool = new_pool(tmp_path, code, is_eager=True, most_waiting=2)
            pool.start()
            await reached(lambda: pool.slots[0].state is State.IDLE)
            served = [asyncio.create_task(pool.invoke(call(), None)) for _ in range(3)]
            await asyncio.sleep(0)
            # They would wait for ever, were they not refused.
            refused = [await pool.invoke(call(), None) for _ in range(5)]
            assert not any(task.done() for task in served)
            done = await asyncio.gather(*served)
            done.append(await pool.invoke(call(), None))
            await pool.stop()
            return refused, done

        refused, done = asyncio.run(use())

        assert [outcome.ending for outcome in refused] == [Ending.THROTTLED] * 5
        assert all(outcome.is_done for outcome in done)

    def test_a_call_that_crashed_gives_its_callers_share_back(self, tmp_path: Path) -> None:
        code = "import os\ndef handler(event, context): return event or os._exit(3)"

        async def use() -> list[Outcome]:
            pool = new_pool(tmp_path, code, is_eager=True, per_caller=1)
            pool.start()
            crashed = await pool.invoke(call(caller="a", event=b"0"), None)
            again = await pool.invoke(call(caller="a", event=b"1"), 5)
            await pool.stop()
            return [crashed, again]

        crashed, again = asyncio.run(use())

        assert crashed.ending is Ending.CRASHED
        assert again == Outcome(Ending.DONE, b"1")

    def test_a_result_above_six_megabytes_is_an_error(self, tmp_path: Path) -> None:
        async def use() -> Outcome:
            pool = new_pool(tmp_path, "def handler(event, context): return 'x' * 7_000_000")
            outcome = await pool.invoke(call(), None)
            await pool.stop()
            return outcome

        assert asyncio.run(use()).error_text().startswith("Function.ResponseSizeTooLarge")

    def test_a_handler_runs_on_the_main_thread_without_the_channel(self, tmp_path: Path) -> None:
        code = (
            "import sys, threading\n"
            "def handler(event, context):\n"
            "    main = threading.current_thread() is threading.main_thread()\n"
            "    return [main, sys.stdin.read()]"
        )

        async def use() -> Outcome:
            pool = new_pool(tmp_path, code)
            outcome = await pool.invoke(call(), None)
            await pool.stop()
            return outcome

        assert asyncio.run(use()).payload == b'[true, ""]'
