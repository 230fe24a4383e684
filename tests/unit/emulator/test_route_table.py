import pytest

from infra_cdk.local.emulator.gateway import RouteTable
from infra_cdk.topology import Method, Route

TABLE = RouteTable(
    [
        Route(Method.GET, "/a/{id}", "f"),
        Route(Method.GET, "/a/fixed", "f"),
        Route(Method.POST, "/a/{id}", "f"),
        Route(Method.GET, "/a/{id}/b.c/{other}", "f"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/a/fixed", "GET /a/fixed", {}),
        ("POST", "/a/fixed", "POST /a/{id}", {"id": "fixed"}),
        ("GET", "/a/1", "GET /a/{id}", {"id": "1"}),
        ("GET", "/a/1/b.c/2", "GET /a/{id}/b.c/{other}", {"id": "1", "other": "2"}),
    ],
)
def test_a_route_is_found(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    found = TABLE.match(method, path)

    assert found is not None
    assert (found[0].key, dict(found[1])) == (key, parameters)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/a/1"),
        ("GET", "/a"),
        ("GET", "/a/"),
        ("GET", "/a/1/"),
        ("GET", "/a/1/bxc/2"),
        ("HEAD", "/a/fixed"),
    ],
)
def test_anything_else_has_no_route(method: str, path: str) -> None:
    assert TABLE.match(method, path) is None
