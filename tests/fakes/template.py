"""Reads a page through CDK and returns what the template makes of it, in the page's own names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra_cdk.app import build
from infra_cdk.topology import TOPOLOGY, Topology

ROOT = Path(__file__).parents[2]
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]


def page_name(resource: str) -> str:
    """Return the page's name of a function by its logical id, as in `ProcessorFunctionAB12CD34`."""
    return resource.rpartition("Function")[0].lower()


class Template:
    """The template of a page, synthesised into `folder` with layers that need no building."""

    def __init__(self, folder: Path, topology: Topology = TOPOLOGY, **context: str) -> None:
        app = App(outdir=str(folder), context={**CONTEXT, "assets": "stub", **context})
        stack = build(app, topology)
        app.synth()
        self.folder = folder
        self.text = (folder / stack.template_file).read_text()
        content = json.loads(self.text)
        self.resources: dict[str, Any] = content["Resources"]
        self.parameters: dict[str, Any] = content["Parameters"]

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of a type by logical id."""
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def functions(self) -> dict[str, dict[str, Any]]:
        """Return the properties of the functions by the page's names."""
        found = self.of_type("AWS::Lambda::Function").items()
        return {page_name(resource): properties for resource, properties in found}

    def function_named(self, reference: dict[str, Any]) -> str:
        """Return the page's name of the function that `Ref` or `Fn::GetAtt` points to."""
        target = reference.get("Ref") or reference["Fn::GetAtt"][0]
        return page_name(target)

    def resolved(self, value: Any) -> str:
        """Return what a text is with every parameter at its default."""
        match value:
            case {"Ref": name}:
                return str(self.parameters[name]["Default"])
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.resolved(part) for part in parts)
            case _:
                return str(value)

    def asset(self, resource: str) -> Path:
        """Return the folder that is uploaded for a function or layer."""
        properties = self.resources[resource]["Properties"]
        place = properties.get("Code") or properties["Content"]
        return self.folder / f"asset.{place['S3Key'].removesuffix('.zip')}"

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """List route key, function and authorization (`NONE` or `CUSTOM`) of every route."""
        integrations = self.of_type("AWS::ApiGatewayV2::Integration")
        for route in self.of_type("AWS::ApiGatewayV2::Route").values():
            prefix, target = route["Target"]["Fn::Join"][1]
            assert prefix == "integrations/"
            function = self.function_named(integrations[target["Ref"]]["IntegrationUri"])
            yield route["RouteKey"], function, route["AuthorizationType"]
