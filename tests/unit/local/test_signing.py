import stat
import threading
from pathlib import Path

from infra_cdk.local.stack import Stack, kept_keys
from pixeltrack.platform import settings


def test_the_keys_are_made_once_for_their_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "jwt.keys"
    keys = kept_keys(path)
    assert kept_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert kept_keys(tmp_path / "other") != keys


def test_whoever_asks_at_once_gets_the_same(tmp_path: Path) -> None:
    found: list[str] = []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait(10)
        found.append(kept_keys(tmp_path / "jwt.keys"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_stack_supplies_what_accounts_need(tmp_path: Path) -> None:
    environ = Stack("test", tmp_path, {"PIXELTRACK_PORT": "9999"}).environ()
    chosen = settings.load(settings.Auth, environ)
    assert chosen.jwt_keys[0][0] == "local"
    assert chosen.mail_dir.startswith(str(tmp_path))
    assert settings.load(settings.Web, environ).public_url == "http://127.0.0.1:9999"


def test_what_the_user_set_goes_first(tmp_path: Path) -> None:
    given = {
        "PIXELTRACK_JWT_KEYS": "mine:" + "x" * 32,
        "PIXELTRACK_PUBLIC_URL": "https://stats.example",
        "PIXELTRACK_MAIL_DIR": "/mine",
    }
    environ = Stack("test", tmp_path, given).environ()
    assert {name: environ[name] for name in given} == given
    assert not (tmp_path / ".local").exists()
