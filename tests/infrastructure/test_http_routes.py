from importlib import import_module

from infra_cdk.topology import TOPOLOGY
from pixeltrack.api.http import HttpApi


def test_functions_serve_the_routes_of_the_page_as_public_as_it_says() -> None:
    folders = {function.name: function.folder for function in TOPOLOGY.functions}
    for folder in set(folders.values()):
        handler = import_module(f"functions.{folder}.handler").handler
        if isinstance(handler, HttpApi):
            declared = {r.key: r.public for r in TOPOLOGY.routes if folders[r.function] == folder}
            assert {key: scope is None for key, scope in handler.scopes.items()} == declared


def test_every_route_that_is_not_public_is_behind_the_runtime() -> None:
    for route in TOPOLOGY.routes:
        folder = TOPOLOGY.function(route.function).folder
        handler = import_module(f"functions.{folder}.handler").handler
        assert route.public or isinstance(handler, HttpApi), route.key
