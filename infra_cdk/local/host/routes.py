"""Which route of the HTTP API a request takes; a fixed path goes before one with parameters."""

import re
from collections.abc import Iterable, Mapping

from infra_cdk.topology import Route

_NOTHING: Mapping[str, str] = {}


class RouteTable:
    """The routes of a topology, indexed by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Route]]] = {}
        for route in sorted(routes, key=lambda r: r.path.count("{")):
            if "{" in route.path:
                pattern = re.compile(
                    re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
                )
                self._patterns.setdefault(str(route.method), []).append((pattern, route))
            else:
                self._fixed[str(route.method), route.path] = route

    def match(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return the route and its path parameters, or None: API Gateway's `$default`."""
        route = self._fixed.get((method, path))
        if route is not None:
            return route, _NOTHING
        for pattern, candidate in self._patterns.get(method, ()):
            found = pattern.fullmatch(path)
            if found:
                return candidate, found.groupdict()
        return None
