import json
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import argon2
import psycopg
import pytest

from infra_cdk.local.tools.seed import Demo, seed
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.argon2 import Argon2Hasher
from pixeltrack.accounts.keys import Scope
from pixeltrack.accounts.passwords import password_fault
from pixeltrack.accounts.postgres import PostgresAccounts, PostgresApiKeys
from pixeltrack.accounts.verdicts import Verdicts
from pixeltrack.platform.identifiers import AccountId, TrackingId
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.schema import migrate
from pixeltrack.sites.postgres import PostgresSiteDirectory, PostgresSites

TOKENS = AccessTokens([("k1", "s" * 32)])
ORIGIN, SHOP = "http://127.0.0.1:8080", "http://127.0.0.1:8081"


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def database(tables: str) -> Database:
    with psycopg.connect(tables, autocommit=True) as connection:
        connection.execute("delete from accounts")
        connection.execute("delete from sites")
    return Database(tables)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at the least cost: what is seeded when is tested here, not how hard it is to guess."""
    cheap = partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", cheap)


def verdict(database: Database, demo: Demo) -> Mapping[str, str]:
    return Verdicts(PostgresApiKeys(database), TOKENS).judge(f"Bearer {demo.api_key}")


def test_the_demo_has_a_site_and_a_key_that_opens_it(
    database: Database, tables: str, tmp_path: Path
) -> None:
    demo = seed(tables, tmp_path, ORIGIN, SHOP)
    found = verdict(database, demo)
    assert found["scopes"].split() == [Scope.EVENTS_READ, Scope.REPORTS_READ]
    account = AccountId(found["account"])
    assert list(PostgresSites(database).sites_of(account)) == [demo.site_id]
    tracking = TrackingId(demo.tracking_id)
    site = PostgresSiteDirectory(database).find([tracking])[tracking]
    assert (site.id, site.owner, site.url) == (demo.site_id, account, SHOP)
    database.close()


def test_the_file_says_it_to_its_user_only(database: Database, tables: str, tmp_path: Path) -> None:
    demo = seed(tables, tmp_path / "new", ORIGIN, SHOP)
    path = tmp_path / "new" / "demo.json"
    assert json.loads(path.read_text()) == {
        "email": "demo@pixeltrack.local",
        "password": demo.password,
        "siteId": demo.site_id,
        "trackingId": demo.tracking_id,
        "apiKey": demo.api_key,
        "origin": ORIGIN,
        "shop": SHOP,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo.api_key not in str(database.rows("accounts/find_api_key", hash=b""))
    database.close()


def fits(database: Database, demo: Demo) -> bool:
    known = PostgresAccounts(database).find_by_email(demo.email)
    assert known is not None
    assert known.account.confirmed_at is not None
    return Argon2Hasher().verify(known.password_hash, demo.password)


def test_the_demo_logs_in_with_a_password_of_its_own(
    database: Database, tables: str, tmp_path: Path
) -> None:
    demo = seed(tables, tmp_path, ORIGIN, SHOP)
    assert password_fault(demo.password) is None
    assert fits(database, demo)
    other = seed(tables, tmp_path / "elsewhere", ORIGIN, SHOP)
    assert other.password != demo.password
    assert fits(database, other)
    assert not fits(database, demo)
    database.close()


def test_a_password_in_the_file_that_is_not_the_accounts_gets_replaced(
    database: Database, tables: str, tmp_path: Path
) -> None:
    demo = seed(tables, tmp_path, ORIGIN, SHOP)
    with psycopg.connect(tables) as connection:
        connection.execute("update accounts set password_hash = null, confirmed_at = null")
    again = seed(tables, tmp_path, ORIGIN, SHOP)
    assert again.password != demo.password
    assert fits(database, again)
    database.close()


def test_another_start_changes_nothing_but_the_address(
    database: Database, tables: str, tmp_path: Path
) -> None:
    first = seed(tables, tmp_path, ORIGIN, SHOP)
    again = seed(tables, tmp_path, ORIGIN, "http://127.0.0.1:9999")
    assert again == Demo(
        first.email,
        first.password,
        first.site_id,
        first.tracking_id,
        first.api_key,
        ORIGIN,
        again.shop,
    )
    tracking = TrackingId(first.tracking_id)
    assert PostgresSiteDirectory(database).find([tracking])[tracking].url == again.shop
    database.close()


def test_a_key_made_with_fewer_scopes_gets_them_all(
    database: Database, tables: str, tmp_path: Path
) -> None:
    first = seed(tables, tmp_path, ORIGIN, SHOP)
    with psycopg.connect(tables) as connection:
        connection.execute("update api_keys set scopes = %s", [["events:read"]])
    again = seed(tables, tmp_path, ORIGIN, SHOP)
    assert again.api_key == first.api_key
    assert verdict(database, again)["scopes"].split() == [Scope.EVENTS_READ, Scope.REPORTS_READ]
    database.close()


@pytest.mark.parametrize("left", [None, "{", "[]", '{"apiKey": 7}', '{"apiKey": "ptk_x"}'])
def test_a_lost_file_makes_a_new_key_and_revokes_the_old(
    database: Database, tables: str, tmp_path: Path, left: str | None
) -> None:
    first = seed(tables, tmp_path, ORIGIN, SHOP)
    path = tmp_path / "demo.json"
    path.unlink()
    if left is not None:
        path.write_text(left)
    again = seed(tables, tmp_path, ORIGIN, SHOP)
    assert again.site_id == first.site_id
    assert verdict(database, first) == {"kind": "invalid"}
    assert verdict(database, again)["kind"] == "key"
    database.close()


def test_two_starts_at_once_make_one_demo(database: Database, tables: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        demos = list(pool.map(lambda n: seed(tables, tmp_path / str(n), ORIGIN, SHOP), range(4)))
    assert len({d.site_id for d in demos}) == 1
    assert [verdict(database, d)["kind"] for d in demos].count("key") == 1
    database.close()
