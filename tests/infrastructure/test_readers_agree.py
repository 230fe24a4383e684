"""Page, local host and template say the same; what a changed page changes shows in each."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Match

from infra_cdk.local.emulator.functions import Functions
from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.invocation import Ending, Outcome
from infra_cdk.local.emulator.main import _Host
from infra_cdk.local.emulator.schedules import Schedules
from infra_cdk.topology import TOPOLOGY, Method, Need, Route, Schedule, Topology
from infra_cdk.topology.deployment import resolved_name
from pixeltrack.api.http import HttpApi
from pixeltrack.platform import settings
from tests.fakes.sample_host import SampleStack
from tests.fakes.template import Template

VALUES = {
    variable.name: "given" if variable.default is None else variable.default
    for need in Need
    for variable in settings.variables(need.value)
}


@dataclass
class Reading:
    """What a reader makes of a page; environments are by process group, as on one machine."""

    handlers: dict[str, str]
    timeouts: dict[str, int]
    environments: dict[str, set[str]]
    routes: set[tuple[str, str, bool]]
    consumers: set[tuple[str, str, str, int, int]]
    schedules: set[tuple[str, str, str, str]]


def read_page(page: Topology) -> Reading:
    topics = {topic.name: resolved_name(topic, {}) for topic in page.topics}
    return Reading(
        handlers={f.name: f.handler for f in page.functions},
        timeouts={f.name: f.timeout_s for f in page.functions},
        environments={
            group: {name for f in functions for need in f.needs for name in need.variables}
            for group, functions in page.groups().items()
        },
        routes={(r.key, r.function, r.public) for r in page.routes},
        consumers={
            (c.function, topics[c.topic], c.group_id(topics[c.topic]), c.batch_size, c.window_ms)
            for c in page.consumers
        },
        schedules={
            (s.name, s.function, s.cron or f"{s.rate_s} s", json.dumps(dict(s.payload)))
            for s in page.schedules
        },
    )


def read_template(template: Template, page: Topology) -> Reading:
    functions = template.functions()
    routes = set(template.routes())
    if page.fallback:
        routes.remove(("$default", page.fallback, "NONE"))
    return Reading(
        handlers={name: f["Handler"] for name, f in functions.items()},
        timeouts={name: f["Timeout"] for name, f in functions.items()},
        environments={
            group: {v for f in members for v in functions[f.name]["Environment"]["Variables"]}
            for group, members in page.groups().items()
        },
        routes={(key, function, auth == "NONE") for key, function, auth in routes},
        consumers={
            (
                template.function_named(source["FunctionName"]),
                template.resolved(source["Topics"][0]),
                template.resolved(source["SelfManagedKafkaEventSourceConfig"]["ConsumerGroupId"]),
                source["BatchSize"],
                1000 * source.get("MaximumBatchingWindowInSeconds", 0.5),
            )
            for source in template.of_type("AWS::Lambda::EventSourceMapping").values()
        },
        schedules={
            (
                s["Name"].removeprefix("PixelTrack-dev-Functions-"),
                template.function_named(s["Target"]["Arn"]),
                page_words(s["ScheduleExpression"]),
                s["Target"].get("Input", "{}"),
            )
            for s in template.of_type("AWS::Scheduler::Schedule").values()
        },
    )


def page_words(expression: str) -> str:
    """Say an EventBridge expression as the page does: `60 s`, `0 3 * * *`."""
    kind, _, rest = expression.removesuffix(")").partition("(")
    if kind == "rate":
        return f"{int(rest.split()[0]) * 60} s"
    return " ".join("*" if field == "?" else field for field in rest.split()[:5])


def fires(trigger: Any) -> str:
    """Say when the host's trigger fires, as the page does."""
    if hasattr(trigger, "interval"):
        return f"{trigger.interval.total_seconds():.0f} s"
    fields = {field.name: str(field) for field in trigger.fields}
    names = ("minute", "hour", "day", "month", "day_of_week")
    return " ".join(fields[name] for name in names).upper()


class Invoker:
    """Stands where the host's functions are: says yes to all, and remembers who was invoked."""

    def __init__(self) -> None:
        self.invoked: list[str] = []

    async def invoke(
        self,
        name: str,
        event: bytes,  # noqa: ARG002
        *,
        request_id: str | None = None,  # noqa: ARG002
        wait_s: float | None = None,  # noqa: ARG002
        caller: str | None = None,  # noqa: ARG002
    ) -> Outcome:
        self.invoked.append(name)
        return Outcome(Ending.DONE, b'{"isAuthorized": true, "statusCode": 204}')


async def read_host(folder: Path, page: Topology) -> Reading:
    """Read what the host would run, as it puts itself together, without starting any of it."""
    host = _Host(SampleStack(folder, port=0, shop_port=0, local_port=0, values=VALUES), page)
    invoker: Any = Invoker()
    pools = host._pools()
    launches = {group: pool._launch for group, pool in pools.items()}
    targets = Functions(page, pools)._targets
    return Reading(
        handlers={h.name: h.path for one in launches.values() for h in one.start.handlers},
        timeouts={name: timeout_s for name, (_, timeout_s) in targets.items()},
        environments={g: launch.environ.keys() & VALUES.keys() for g, launch in launches.items()},
        routes={await served(page, route) for route in page.routes},
        consumers={
            (p.consumer.function, p.topic, p.group_id, p.consumer.batch_size, p.consumer.window_ms)
            for p in host._streams(invoker)
        },
        schedules={
            (s.name, s.function, fires(job.trigger), json.dumps(dict(s.payload)))
            for job in Schedules(page, invoker)._scheduler.get_jobs()
            for s in job.args
        },
    )


async def served(page: Topology, route: Route) -> tuple[str, str, bool]:
    """Ask the host's gateway for the route: who answered, and whether no one was asked before."""
    invoker, observed = Invoker(), []
    gateway = Gateway(page, invoker, lambda key, *_: observed.append(key))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": str(route.method),
        "path": re.sub(r"\{\w+\}", "x1", route.path),
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }
    match, found = gateway.matches(scope)
    assert match is Match.FULL
    await gateway.handle({**scope, **found}, nothing, ignore)
    asked = [page.authorizer.function] if page.authorizer else []
    *before, function = invoker.invoked
    assert before in ([], asked)
    return observed[0], function, not before


async def nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b""}


async def ignore(_message: object) -> None:
    pass


def changed(page: Topology) -> Topology:
    """Return a page that differs in everything a reader may get wrong."""
    gone = "migrator"
    touched: dict[str, Any] = {"timeout_s": 9, "needs": (Need.CORE, Need.KAFKA, Need.MONGO)}
    return replace(
        page,
        functions=tuple(
            replace(f, **(touched if f.name == "processor" else {}))
            for f in page.functions
            if f.name != gone
        ),
        routes=(
            *(replace(r, public=not r.public) for r in page.routes if r.path == "/api/v1/events"),
            Route(Method.PATCH, "/things/{id}/parts/{part}", "collector"),
        ),
        consumers=tuple(replace(c, batch_size=7, window_ms=3000) for c in page.consumers),
        schedules=(
            Schedule("often", "processor", rate_s=300, payload=(("do", "this"), ("n", 2))),
            Schedule("nightly", "sites", cron="30 3 * * *"),
            Schedule("weekly", "sites", cron="0 4 * * MON"),
        ),
    )


@pytest.fixture(scope="module")
def changed_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("changed"), changed(TOPOLOGY))


def test_the_template_says_what_the_page_says(template: Template) -> None:
    assert read_template(template, TOPOLOGY) == read_page(TOPOLOGY)


def test_the_local_host_does_what_the_page_says(tmp_path: Path) -> None:
    assert asyncio.run(read_host(tmp_path, TOPOLOGY)) == read_page(TOPOLOGY)


def test_another_page_makes_another_template(changed_template: Template) -> None:
    page = changed(TOPOLOGY)
    reading = read_template(changed_template, page)
    assert reading == read_page(page)
    assert_differs(reading, read_page(TOPOLOGY))


def test_another_page_makes_another_host(tmp_path: Path) -> None:
    page = changed(TOPOLOGY)
    reading = asyncio.run(read_host(tmp_path, page))
    assert reading == read_page(page)
    assert_differs(reading, read_page(TOPOLOGY))


def assert_differs(one: Reading, other: Reading) -> None:
    for kind in ("handlers", "timeouts", "environments", "routes", "consumers", "schedules"):
        assert getattr(one, kind) != getattr(other, kind), kind


def test_each_function_gets_the_variables_of_its_own_needs(template: Template) -> None:
    functions = template.functions()
    for function in TOPOLOGY.functions:
        needed = {name for need in function.needs for name in need.variables}
        assert functions[function.name]["Environment"]["Variables"].keys() == needed


def test_an_address_without_a_route_is_answered_by_the_runtime(template: Template) -> None:
    found = {key: (function, auth) for key, function, auth in template.routes()}
    assert found["$default"] == (TOPOLOGY.fallback, "NONE")

    handler = import_module(f"functions.{TOPOLOGY.fallback}.handler").handler
    assert isinstance(handler, HttpApi)
