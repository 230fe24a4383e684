"""Whatever is wrong with the installation's files is one line, at once, and says what to do."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra_cdk.local import cli, files
from infra_cdk.local.files import Unusable
from infra_cdk.local.servers import kafka, ports, servers
from infra_cdk.local.servers.postgres import Postgres
from infra_cdk.local.stack import Stack, read_dotenv
from infra_cdk.local.tools import seed
from pixeltrack.platform import settings

NOBODY = 65_534


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """An installation with folders, and no setting from outside."""
    for group in settings.GROUPS:
        for variable in settings.variables(group):
            monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setattr(ports, "next_free", lambda port: port)
    stack = Stack("dev", tmp_path, {})
    stack.prepare()
    return stack


def a_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def holding(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def a_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def a_dangling_link(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("nowhere")


KEY = b"local:" + b"x" * 40
BAD_SECRETS = {
    "empty": holding(b""),
    "blank": holding(b" \n"),
    "with NUL": holding(KEY + b"\0"),
    "with an escape": holding(b"\x1b" + KEY),
    "no text": holding(b"\xff\xfe" + KEY),
    "two lines": holding(KEY + b"\n" + KEY),
    "half": holding(KEY[:20]),
    "without a name": holding(KEY[6:]),
    "a folder": a_folder,
    "a pipe": a_pipe,
    "a dangling link": a_dangling_link,
}


def one_line(error: pytest.ExceptionInfo[Unusable], path: Path) -> str:
    line = str(error.value)
    assert str(path) in line
    assert "\n" not in line
    return line


@pytest.mark.parametrize("spoil", BAD_SECRETS.values(), ids=BAD_SECRETS)
def test_keys_that_cannot_be_used_are_named_before_anything_starts(
    here: Stack, spoil: Callable[[Path], None]
) -> None:
    path = here.data / "jwt.keys"
    spoil(path)
    with pytest.raises(Unusable) as refused:
        servers.up(here)
    line = one_line(refused, path)
    assert "delete it" in line or "move it away" in line
    assert "local:" not in line, "a secret was shown"
    assert not list(here.run.glob("*.json")), "a server was started"


def test_keys_with_a_line_end_are_as_good(here: Stack) -> None:
    path = here.data / "jwt.keys"
    path.write_bytes(KEY + b"\n")
    assert here.environ()["PIXELTRACK_JWT_KEYS"] == KEY.decode()


@pytest.mark.parametrize("spoil", BAD_SECRETS.values(), ids=BAD_SECRETS)
def test_a_password_of_the_database_that_cannot_be_is_named(
    here: Stack, spoil: Callable[[Path], None]
) -> None:
    (here.data / "postgres").mkdir()
    (here.data / "postgres" / "PG_VERSION").write_text("15\n")
    path = here.data / "postgres.password"
    with pytest.raises(Unusable) as missing:
        Postgres().prepare(here, 1)
    assert "is missing; put" in one_line(missing, path)
    spoil(path)
    with pytest.raises(Unusable) as refused:
        Postgres().prepare(here, 1)
    one_line(refused, path)


@pytest.mark.parametrize("name", ["demo.json", "run/lock", "run/kafka.json"])
@pytest.mark.parametrize("spoil", [a_folder, a_pipe, a_dangling_link])
def test_what_is_no_file_where_one_belongs_is_named(
    here: Stack, name: str, spoil: Callable[[Path], None]
) -> None:
    path = here.directory / name
    spoil(path)
    with pytest.raises(Unusable) as refused:
        here.prepare()
    assert "move it away" in one_line(refused, path)


@pytest.mark.parametrize("name", [".", "data", "logs", "run", "data/mail", ".."])
def test_a_file_where_a_folder_belongs_is_named(here: Stack, name: str) -> None:
    path = (here.directory / name).resolve()
    shutil.rmtree(path)
    path.write_text("")
    with pytest.raises(Unusable) as refused:
        here.prepare()
    assert "is a file instead of a folder; move it away" in one_line(refused, path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\0", b"\xff", b'{"apiKey": "x"'])
def test_a_demo_that_says_nothing_is_named_where_it_is_read(here: Stack, content: bytes) -> None:
    path = here.directory / "demo.json"
    with pytest.raises(Unusable, match="is missing; run make up"):
        seed.read_demo(here.directory)
    path.write_bytes(content)
    here.prepare()  # make up writes it anew
    with pytest.raises(Unusable) as refused:
        seed.read_demo(here.directory)
    assert "run make up" in one_line(refused, path)


@pytest.mark.parametrize("spoil", [a_folder, a_pipe, holding(b"A=\0"), holding(b"\xff=1")])
def test_a_dotenv_that_cannot_be_read_is_named(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / ".env"
    spoil(path)
    with pytest.raises(Unusable) as refused:
        read_dotenv(path)
    one_line(refused, path)


def test_a_line_of_dotenv_that_is_none_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n=2\nB=3\n")
    with pytest.raises(Unusable, match="line 2"):
        read_dotenv(path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PIXELTRACK_PORT", "eighty", "is not a port"),
        ("PIXELTRACK_SHOP_PORT", "8080", "PIXELTRACK_PORT and PIXELTRACK_SHOP_PORT"),
        ("PIXELTRACK_USE_DOCKER", "perhaps", "is not true or false"),
        ("PIXELTRACK_JWT_KEYS", "short:secret", "is not a list of"),
        ("PIXELTRACK_TRUSTED_PROXIES", "10.0.0.0/99", "is not a list of networks"),
        ("PIXELTRACK_LOG_LEVEL", "loud", "is not DEBUG, INFO"),
        ("PIXELTRACK_ACKNOWLEDGE_WITHIN_MS", "soon", "is not a whole number"),
        ("PIXELTRACK_PUBLIC_URL", "stats.example", "is not an address"),
        ("DATABASE_URL", "localhost/pixeltrack", "is not an address with `postgresql://`"),
        ("MONGODB_URI", "localhost:27017", "is not an address with `mongodb://`"),
        ("RABBITMQ_URL", "http://localhost", "is not an address with `amqp://`"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_starts(
    here: Stack, name: str, value: str, said: str
) -> None:
    with pytest.raises(settings.SettingsError, match=name) as refused:
        servers.up(Stack("dev", here.root, {name: value}))
    assert said in str(refused.value)
    assert not list(here.run.glob("*.json"))


def test_a_fault_is_one_line_on_the_command_line(
    here: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(Stack, "named", lambda _: here)
    (here.data / "jwt.keys").write_text("")
    for command in (["up"], ["services", "up"], ["host"]):
        assert cli.main(command) == 1
        printed = capsys.readouterr()
        lines = [line for line in printed.out.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1
        assert "jwt.keys is empty; delete it" in lines[0]
        assert printed.err == ""


def modes(folder: Path) -> dict[str, int]:
    found = [folder, *folder.rglob("*")]
    return {str(path): stat.S_IMODE(path.stat().st_mode) for path in found}


def test_an_older_installation_is_closed_to_other_users(here: Stack) -> None:
    deep = "data/kafka/raw_events-0/1.log"
    for name in ("demo.json", "data/mail/1.json", "run/kafka.json", "generated/1.json", deep):
        (here.directory / name).parent.mkdir(parents=True, exist_ok=True)
        (here.directory / name).write_text("{}")
    for path in (here.root / ".local").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (here.root / ".local").chmod(0o755)
    here.prepare()
    open_to_others = {path for path, mode in modes(here.root / ".local").items() if mode & 0o077}
    assert open_to_others == set()


def test_what_a_link_leads_to_is_left_as_it_is(here: Stack, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    (here.data / "link").symlink_to(elsewhere)
    here.prepare()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644


@pytest.fixture
def ours() -> Iterator[Path]:
    """A folder that another user may be in."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can become another user")
@pytest.mark.parametrize("place", [".local", ".local/dev", ".local/dev/data", ".local/dev/run"])
def test_a_folder_that_cannot_be_written_to_is_named(ours: Path, place: str) -> None:
    stack = Stack("dev", ours, {})
    stack.prepare()
    for path in (ours, *ours.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    (ours / place).chmod(0o500)
    os.seteuid(NOBODY)
    try:
        with pytest.raises(Unusable) as refused:
            stack.prepare()
    finally:
        os.seteuid(0)
    line = one_line(refused, ours / place)
    assert "cannot be written to" in line
    assert "chmod -R u+rwX" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can become another user")
def test_what_belongs_to_another_user_is_named_with_that_user(ours: Path) -> None:
    stack = Stack("dev", ours, {})
    stack.prepare()
    os.seteuid(NOBODY)
    try:
        with pytest.raises(Unusable, match=r"belongs to root.*sudo chown"):
            stack.prepare()
    finally:
        os.seteuid(0)


def test_a_file_appears_complete_and_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def count(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", count)
    files.replace(tmp_path / "demo.json", "{}")
    files.kept(tmp_path / "key", "fresh", "remedy", bool)
    inodes = [(tmp_path / name).stat().st_ino for name in ("demo.json", "key")]
    folder = tmp_path.stat().st_ino
    assert synced == [inodes[0], folder, inodes[1], folder]


def folder_of(here: Stack, server: str, file: str) -> Path:
    """Return a file of a server that has been used, as it is then."""
    path = here.data / server / file
    path.parent.mkdir(exist_ok=True)
    path.write_text({"PG_VERSION": "15\n", ".erlang.cookie": "A" * 20}.get(file, CLUSTER))
    (here.data / "postgres.password").write_text("0" * 32)
    return path


CLUSTER = "version=1\ncluster.id=pixeltrackAAAAAAAAAAAw\nnode.id=1\n"


@pytest.mark.parametrize("spoil", BAD_SECRETS.values(), ids=BAD_SECRETS)
@pytest.mark.parametrize(
    ("server", "file", "remedy"),
    [
        ("kafka", "meta.properties", "backup"),
        ("postgres", "PG_VERSION", "pg_upgrade"),
        ("rabbitmq", ".erlang.cookie", "delete it"),
    ],
)
def test_a_file_by_which_a_server_knows_its_data_is_checked(
    here: Stack, server: str, file: str, remedy: str, spoil: Callable[[Path], None]
) -> None:
    service = next(s for s in servers.SERVICES if s.name == server)
    (here.root / ".local" / "kafka" / kafka.VERSION).mkdir(parents=True, exist_ok=True)
    path = folder_of(here, server, file)
    assert service.prepare(here, 1)
    spoil(path)
    with pytest.raises(Unusable) as refused:
        service.prepare(here, 1)
    line = one_line(refused, path)
    assert remedy in line or "move it away" in line


def test_data_of_kafka_without_its_name_are_never_formatted(here: Stack) -> None:
    (here.root / ".local" / "kafka" / kafka.VERSION).mkdir(parents=True)
    (here.data / "kafka" / "raw_events-0").mkdir(parents=True)
    with pytest.raises(Unusable, match=r"meta\.properties is missing"):
        kafka.Kafka().prepare(here, 1)
