"""Which values a stack gives its functions, and where it keeps things."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_cdk.local.records import Record
from infra_cdk.local.stack import Stack, read_dotenv
from pixeltrack.platform import settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide what `make test` or a user has set."""
    for group in settings.GROUPS:
        for variable in settings.variables(group):
            monkeypatch.delenv(variable.name, raising=False)


def stack(root: Path, name: str = "dev", **given: str) -> Stack:
    return Stack(name, root, given)


def test_dotenv_takes_pairs_and_leaves_comments(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# about\n\nA=1\nexport B = two words \nC='quoted=yes'\n  # D=4\nnonsense\n")
    assert read_dotenv(file) == {"A": "1", "B": "two words", "C": "quoted=yes"}


def test_a_missing_dotenv_is_empty(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


def test_the_process_environment_wins_over_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PIXELTRACK_PORT=9001\nPIXELTRACK_SHOP_PORT=9002\n")
    monkeypatch.setenv("PIXELTRACK_PORT", "9003")
    found = Stack.named("dev", tmp_path)
    assert (found.port, found.shop_port) == (9003, 9002)


@pytest.mark.parametrize("name", ["test", "suite", "test/hosts/1"])
def test_tests_never_read_dotenv(tmp_path: Path, name: str) -> None:
    (tmp_path / ".env").write_text("MONGODB_URI=mongodb://production\n")
    assert "MONGODB_URI" not in Stack.named(name, tmp_path).environ()


def test_stacks_ask_for_different_ports(tmp_path: Path) -> None:
    wanted = {
        stack(tmp_path, name).wanted_port("PIXELTRACK_PORT") for name in ("dev", "test", "suite")
    }
    assert wanted == {8080, 9080, 11080}
    assert stack(tmp_path).local_origin == "http://127.0.0.1:8082"


@pytest.mark.parametrize(("stage", "is_local"), [(None, True), ("local", True), ("prod", False)])
def test_only_the_stage_local_has_a_local_port(
    tmp_path: Path, stage: str | None, is_local: bool
) -> None:
    given = {} if stage is None else {"PIXELTRACK_STAGE": stage}
    assert stack(tmp_path, **given).is_local is is_local


def test_the_environment_holds_settings_alone(tmp_path: Path) -> None:
    environ = stack(tmp_path, PATH="/bin", PIXELTRACK_LOG_LEVEL="DEBUG").environ()
    assert environ["PIXELTRACK_LOG_LEVEL"] == "DEBUG"
    assert "PATH" not in environ


def test_a_running_server_names_its_own_address(
    tmp_path: Path, fresh_record: Callable[..., Record]
) -> None:
    here = stack(tmp_path)
    here.run.mkdir(parents=True)
    fresh_record("kafka", KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:5").write(here.run)
    assert here.environ()["KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:5"


def test_a_server_that_died_is_not_named(tmp_path: Path) -> None:
    here = stack(tmp_path)
    here.run.mkdir(parents=True)
    Record("kafka", os.getpid(), 1, "", {"KAFKA_BOOTSTRAP_SERVERS": "x"}).write(here.run)
    assert "KAFKA_BOOTSTRAP_SERVERS" not in here.environ()


def test_what_the_user_set_is_not_shown_where_a_stack_is_printed(tmp_path: Path) -> None:
    assert "hunter2" not in repr(stack(tmp_path, DATABASE_URL="postgresql://a:hunter2@b"))


@pytest.mark.parametrize(
    ("pid", "given", "has"),
    [
        (os.getpid(), {}, True),
        (0, {}, False),
        (os.getpid(), {"KAFKA_BOOTSTRAP_SERVERS": "kafka.example:9092"}, False),
    ],
)
def test_only_a_broker_of_its_own_writes_to_its_disk(
    tmp_path: Path, pid: int, given: dict[str, str], has: bool
) -> None:
    found = stack(tmp_path, "test", **given)
    assert not found.has_broker
    found.run.mkdir(parents=True)
    Record.of("kafka", pid, "a test", {}).write(found.run)
    assert found.has_broker is has
