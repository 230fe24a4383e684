"""A MongoDB server: `mongod` where there is one, else SecantusDB, which speaks its protocol."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from infra_cdk.local.servers.native import Launch
from infra_cdk.local.stack import Stack


class MongoDB:
    """The store of raw events."""

    name = "mongodb"
    variable = "MONGODB_URI"
    port_variable = "PIXELTRACK_MONGODB_PORT"
    packages: Mapping[str, str] = {}
    ready_within_s = 60.0

    def source(self) -> str:
        """Return the name of the server that this machine has."""
        return "mongod" if shutil.which("mongod") else "SecantusDB (MongoDB wire protocol)"

    def prepare(self, stack: Stack, port: int) -> Sequence[Launch]:
        """Create the data folder, one for each kind of server, as their formats differ."""
        at = ["--port", str(port)]
        if shutil.which("mongod"):
            data = _folder(stack.data / "mongodb")
            cache = ["--wiredTigerCacheSizeGB", "0.25", "--nounixsocket"]
            command = ["mongod", "--dbpath", str(data), "--bind_ip", "127.0.0.1", *at, *cache]
        else:
            data = _folder(stack.data / "secantusdb")
            program = str(Path(sys.executable).with_name("secantusd-py"))
            # The oplog is for change streams, which nothing here uses.
            limits = ["--cache-size", "128M", "--oplog-max-entries", "1000"]
            durable = ["--sync-on-commit", "--log-level", "WARNING"]
            command = [program, "--host", "127.0.0.1", *at, "--storage-path", str(data)]
            command += [*limits, *durable]
        return [Launch(self.name, command)]

    def url(self, stack: Stack, port: int) -> str:
        """Return the connection string; `retryWrites=false` as Amazon DocumentDB requires."""
        return local_url(stack, port)

    def probe(self, url: str) -> None:
        """Ping."""
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=1000) as client:
            client.admin.command("ping")


def local_url(stack: Stack, port: int) -> str:
    """Return a local server's address; where power cuts count, writes wait for its journal."""
    journal = "&journal=true" if stack.outlives_power_cuts else ""
    return f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false{journal}"


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
