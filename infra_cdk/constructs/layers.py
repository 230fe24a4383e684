"""Which layers there are and which of them a function gets."""

from pathlib import Path

from aws_cdk import Annotations
from aws_cdk.aws_lambda import Architecture, Code, LayerVersion, Runtime
from constructs import Construct

from infra_cdk.constructs.assets import ROOT, shared_code
from infra_cdk.topology import Function, Need
from layers.dependencies.build import GEOIP, built

RUNTIME = Runtime.PYTHON_3_13
ARCHITECTURE = Architecture.ARM_64


class MissingLayer(FileNotFoundError):
    """A layer is not built; the message says how to build it."""


class Layers(Construct):
    """The layers of a deployment.

    With the context `assets=stub` those that must be built first are empty, so that templates
    can be looked at without them.
    """

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002 - CDK's name
        super().__init__(scope, id)
        self._shared = self._layer("Shared", "the package pixeltrack", shared_code())
        self._full = self._built("Dependencies", "third-party packages", built("dependencies"))
        self._slim = self._built("Collector", "the collector's packages", built("collector"))
        self._geoip = self._built("GeoIp", "DB-IP city databases, CC-BY-4.0", GEOIP)

    def of(self, function: Function) -> list[LayerVersion]:
        """Return the function's layers."""
        chosen = [self._shared, self._slim if function.slim else self._full]
        return [*chosen, self._geoip] if Need.ENRICHMENT in function.needs else chosen

    def _built(self, name: str, about: str, folder: Path) -> LayerVersion:
        if self.node.try_get_context("assets") == "stub":
            Annotations.of(self).add_info(f"{name} is a stub: not for deployment")
            folder = ROOT / "layers" / "geoip"
        elif not folder.is_dir():
            raise MissingLayer(f"{folder} is not there; run `make layers`")
        return self._layer(name, about, Code.from_asset(str(folder)))

    def _layer(self, name: str, about: str, code: Code) -> LayerVersion:
        return LayerVersion(
            self,
            name,
            code=code,
            description=f"Pixel-Track: {about}",
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
