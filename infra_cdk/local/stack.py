"""Where one local installation lives: its folder, ports, secrets and settings."""

import itertools
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Self

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from infra_cdk.local import files, records
from pixeltrack.platform import settings

ROOT = Path(__file__).resolve().parents[2]

PORTS = ("PIXELTRACK_PORT", "PIXELTRACK_SHOP_PORT", "PIXELTRACK_LOCAL_PORT")
"""The settings of the host's ports: the product, the demo shop, and what is for this machine."""

# Each stack's ports lie this far above the settings' own, so that stacks can run in parallel.
# Not 2000: browsers refuse to open port 10080.
OFFSETS = {"dev": 0, "test": 1000, "suite": 3000}


_UNKNOWN_YET = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "MONGODB_URI": "mongodb://127.0.0.1",
    "DATABASE_URL": "postgresql://127.0.0.1",
    "RABBITMQ_URL": "amqp://127.0.0.1",
}
"""Addresses in the place of those that servers have once they run."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One set of servers and a host: `dev` (`make up`), `suite` (`make test`), `test` (pytest).

    `given` holds what the user set: the process environment, over `.env` where the stack is `dev`.
    """

    name: str
    root: Path
    given: Mapping[str, str] = field(repr=False)

    @classmethod
    def named(cls, name: str, root: Path = ROOT) -> Self:
        """Build the stack of that name; tests never read `.env`, which may name real servers."""
        from_file = read_dotenv(root / ".env") if name == "dev" else {}
        return cls(name, root, {**from_file, **os.environ})

    @property
    def directory(self) -> Path:
        """Return the folder of everything that the stack writes."""
        return self.root / ".local" / self.name

    @property
    def data(self) -> Path:
        """Return the folder of data that outlives `make down`."""
        return self.directory / "data"

    @property
    def logs(self) -> Path:
        """Return the folder of log files."""
        return self.directory / "logs"

    @property
    def mail(self) -> Path:
        """Return the folder of sent mails, which the mailbox shows."""
        return self.data / "mail"

    @property
    def has_broker(self) -> bool:
        """Tell whether the broker is a process of this stack, which writes to `data`."""
        record = records.find(self.run, "kafka")
        is_process = record is not None and record.pid != records.IN_A_CONTAINER
        return is_process and "KAFKA_BOOTSTRAP_SERVERS" not in self.given

    @property
    def run(self) -> Path:
        """Return the folder of records of running processes, and their configuration files."""
        return self.directory / "run"

    @property
    def frontend_dir(self) -> Path:
        """Return the folder of the built dashboard."""
        return self.root / "frontend" / "dist"

    @property
    def tracker_file(self) -> Path:
        """Return the built tracker."""
        return self.root / "tracker" / "dist" / "tracker.js"

    @property
    def port(self) -> int:
        """Return the port of dashboard, API and tracker."""
        return int(self.environ()["PIXELTRACK_PORT"])

    @property
    def shop_port(self) -> int:
        """Return the port of the demo shop."""
        return int(self.environ()["PIXELTRACK_SHOP_PORT"])

    @property
    def local_port(self) -> int:
        """Return the port of mailbox, metrics and Invoke API, for this machine alone."""
        return int(self.environ()["PIXELTRACK_LOCAL_PORT"])

    @property
    def is_local(self) -> bool:
        """Tell whether the stage is `local`, which alone has a local port."""
        return settings.load(settings.Core, self.environ()).stage == "local"

    @property
    def keys_file(self) -> Path:
        """Return the file of the keys by which tools of this user call the Invoke API."""
        return self.run / "invoke.keys"

    @property
    def origin(self) -> str:
        """Return the address of dashboard, API and tracker."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop(self) -> str:
        """Return the address of the demo shop."""
        return f"http://127.0.0.1:{self.shop_port}"

    @property
    def local_origin(self) -> str:
        """Return the address of mailbox, metrics and Invoke API."""
        return f"http://127.0.0.1:{self.local_port}"

    @property
    def keeps_ports(self) -> bool:
        """Tell whether a taken port is an error here, rather than a reason to take the next."""
        return self.name == "dev"

    @property
    def outlives_power_cuts(self) -> bool:
        """Tell whether whatever is acknowledged must be on disk."""
        return settings.load(settings.Local, self.given).durability == "power"

    def wanted_port(self, variable: str) -> int:
        """Return the port that a settings variable of `settings.Local` requests in this stack."""
        if variable in self.given:
            settings.load(settings.Local, self.given)
            return int(self.given[variable])
        defaults = {v.name: v.default for v in settings.variables(settings.Local)}
        return int(defaults[variable] or 0) + OFFSETS.get(self.name, OFFSETS["test"])

    def prepare(self) -> None:
        """Make its folders, close them to other users, and check every file that it reads.

        Raise `Unusable`, or `SettingsError` where a setting is wrong.
        """
        home = self.root / ".local"
        between = [p for p in reversed(self.directory.parents) if p.is_relative_to(home)]
        files.close_whole(self.directory)
        files.prepare((*between, self.directory, self.data, self.logs, self.run, self.mail))
        for own in (self.directory / "demo.json", self.run / "lock", *self.run.glob("*.json")):
            files.check_plain(own)
        self.check_settings()

    def check_settings(self) -> None:
        """Raise `SettingsError` that names every wrong setting; servers may be missing yet."""
        settings.check(_UNKNOWN_YET | self.environ())
        names = [v.name for v in settings.variables(settings.Local) if v.name.endswith("_PORT")]
        for one, other in itertools.combinations(names, 2):
            if self.keeps_ports and self.wanted_port(one) == self.wanted_port(other):
                raise settings.SettingsError(f"{one} and {other} are the same port")

    def environ(self) -> dict[str, str]:
        """Return every value that functions and host read here; running servers add their own."""
        known = {v.name for group in settings.GROUPS for v in settings.variables(group)}
        ports = PORTS
        values = {
            "PIXELTRACK_MAIL_DIR": str(self.mail),
            "PIXELTRACK_STAGE": "local",
            "PIXELTRACK_TRUSTED_PROXIES": "127.0.0.0/8,::1/128",
            "PIXELTRACK_GEOIP_DIR": str(self.root / ".local/layers/geoip/geoip"),
            **{variable: str(self.wanted_port(variable)) for variable in ports},
            **{name: value for name, value in self.given.items() if name in known},
            **records.values(self.run),
        }
        if "PIXELTRACK_JWT_KEYS" not in values:
            values["PIXELTRACK_JWT_KEYS"] = kept_keys(self.data / "jwt.keys")
        return {"PIXELTRACK_PUBLIC_URL": f"http://127.0.0.1:{values[ports[0]]}"} | values


def read_dotenv(path: Path) -> dict[str, str]:
    """Read the settings of a `.env` file; empty where there is none. Raise `Unusable`."""
    if not os.path.lexists(path) or (path.is_file() and path.stat().st_size == 0):
        return {}
    text = files.text_of(path, "write it anew from .env.example")
    for line in parse_stream(StringIO(text)):
        if line.error:
            raise files.Unusable(
                f"{path}, line {line.original.line}: is not NAME=value; correct or delete it"
            )
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def kept_keys(path: Path) -> str:
    """Return the keys of access tokens in the format of `PIXELTRACK_JWT_KEYS`.

    Raise `Unusable`.
    """
    remedy = "delete it, then make up makes new keys, and everybody logs in anew"
    fresh = f"local:{secrets.token_urlsafe(48)}"
    return files.kept(path, fresh, remedy, _are_keys).strip()


def _are_keys(text: str) -> bool:
    try:
        settings.load(settings.Auth, {"PIXELTRACK_JWT_KEYS": text})
    except settings.SettingsError:
        return False
    return len(text.split()) == 1
