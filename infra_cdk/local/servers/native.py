"""What a server that runs without Docker declares about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from infra_cdk.local.stack import Stack


@dataclass(frozen=True, slots=True)
class Launch:
    """One program to start; `environ` is all that it gets besides PATH, HOME and LANG.

    `values` of a companion are kept in its record, for whoever starts the server anew.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class Native(Protocol):
    """A server that can be started on this machine."""

    @property
    def name(self) -> str:
        """Return the server's name, also in `compose.yaml`."""

    @property
    def variable(self) -> str:
        """Return the settings variable that says where the server is."""

    @property
    def port_variable(self) -> str:
        """Return the settings variable of its local port."""

    @property
    def packages(self) -> Mapping[str, str]:
        """Return the Debian package of each program that it needs."""

    @property
    def ready_within_s(self) -> float:
        """Return how many seconds a start may take."""

    def source(self) -> str:
        """Return a description of what runs, for the terminal."""

    def prepare(self, stack: Stack, port: int) -> Sequence[Launch]:
        """Create missing data and configuration; return the programs, the server last."""

    def url(self, stack: Stack, port: int) -> str:
        """Return the value of `variable`."""

    def probe(self, url: str) -> None:
        """Use the server as a client would; raise whatever that raises while it is not ready."""
