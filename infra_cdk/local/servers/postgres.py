"""Debian's PostgreSQL with hll, in a cluster of its own."""

import os
import pwd
import secrets
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from infra_cdk.local.files import Unusable, require
from infra_cdk.local.servers.native import Launch
from infra_cdk.local.stack import Stack

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_EXTENSION = Path("/usr/share/postgresql/15/extension/hll.control")
_DATABASE = "pixeltrack"
_SYSTEM_USER = "postgres"

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may not be longer than 107 bytes
    "shared_buffers": "48MB",
    "max_connections": "60",
    "work_mem": "8MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "timezone": "UTC",
}
_ON_DISK = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_IN_TESTS = {"fsync": "off", "full_page_writes": "off"}
"""What tests write need not survive a crash, and they create databases by the dozen."""


class Postgres:
    """The store of accounts, sites, facts and rollups."""

    name = "postgres"
    variable = "DATABASE_URL"
    port_variable = "PIXELTRACK_POSTGRES_PORT"
    packages: Mapping[str, str] = {
        str(_PROGRAMS / "postgres"): "postgresql-15",
        str(_EXTENSION): "postgresql-15-hll",
    }
    ready_within_s = 60.0

    def source(self) -> str:
        """Return the name of the package."""
        return "Debian's PostgreSQL 15 with hll, a private cluster"

    def prepare(self, stack: Stack, port: int) -> Sequence[Launch]:
        """Create the cluster where there is none; programs run as `postgres` when this is root."""
        data = stack.data / "postgres"
        prefix = _as_system_user(data)
        if not (data.is_dir() and any(data.iterdir())):
            _initialise(stack, data, prefix)
        require(data / "PG_VERSION", "^15\n?$", _OTHER_VERSION)
        _password(stack)
        is_lax = stack.name in ("suite", "test") and not stack.outlives_power_cuts
        options = {**_OPTIONS, **(_IN_TESTS if is_lax else _ON_DISK), "port": str(port)}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        command = [*prefix, str(_PROGRAMS / "postgres"), "-D", str(data), *flags]
        return [Launch(self.name, command)]

    def url(self, stack: Stack, port: int) -> str:
        """Return the connection string with the password of this cluster."""
        word = _password(stack)
        return f"postgresql://{_DATABASE}:{word}@127.0.0.1:{port}/{_DATABASE}"

    def probe(self, url: str) -> None:
        """Run a query in the product's database, which is created when it does not exist."""
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unusable(f"PostgreSQL refuses the password: {_REMEDY}") from None
            if "does not exist" not in str(error):
                raise
            admin = psycopg.conninfo.make_conninfo(url, dbname="postgres")
            with psycopg.connect(admin, connect_timeout=2, autocommit=True) as connection:
                connection.execute(f"create database {_DATABASE}")


def create_database(url: str, name: str) -> str:
    """Create an empty database on the server of `url`, and return its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def drop_database(url: str, name: str) -> None:
    """Delete a database of the server of `url`, if it is there, whoever is connected to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        drop = sql.SQL("drop database if exists {} with (force)")
        connection.execute(drop.format(sql.Identifier(name)))


_REMEDY = (
    "put data/postgres.password of this installation back from a backup "
    "(make reset deletes all data and begins anew)"
)


_OTHER_VERSION = (
    "these are no data of PostgreSQL 15: bring them to it with pg_upgrade, or restore a backup "
    "(make reset deletes all data and begins anew)"
)


def _password(stack: Stack) -> str:
    """Return the cluster's password; raise `Unusable`, since a new one would not open it."""
    return require(_password_file(stack), "^[0-9a-f]{32}$", _REMEDY)


def _password_file(stack: Stack) -> Path:
    return stack.data / "postgres.password"


def _initialise(stack: Stack, data: Path, prefix: Sequence[str]) -> None:
    """Run initdb beside the final place, so that a broken attempt leaves nothing half made."""
    word = _password_file(stack)
    word.touch(mode=0o600)
    word.write_text(secrets.token_hex(16))
    partial = data.with_name("postgres.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    if prefix:
        shutil.chown(partial, _SYSTEM_USER, _SYSTEM_USER)
        shutil.chown(word, _SYSTEM_USER)
    who = ["--username", _DATABASE, "--pwfile", str(word), "--auth", "scram-sha-256"]
    what = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--pgdata", str(partial)]
    command = [*prefix, str(_PROGRAMS / "initdb"), *who, *what]
    subprocess.run(command, check=True, capture_output=True, text=True)
    partial.rename(data)


def _as_system_user(data: Path) -> list[str]:
    """Return the prefix of a command: PostgreSQL refuses to run as root.

    A checkout in root's home is closed to `postgres`; there the program keeps root's capability
    to traverse folders, else it gets no capability at all.
    """
    if os.geteuid() != 0:
        return []
    pwd.getpwnam(_SYSTEM_USER)
    prefix = ["setpriv", f"--reuid={_SYSTEM_USER}", f"--regid={_SYSTEM_USER}", "--init-groups"]
    if not all(parent.stat().st_mode & stat.S_IXOTH for parent in data.parents):
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return prefix
