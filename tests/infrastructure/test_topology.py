import dataclasses

import pytest

from infra_cdk.topology import (
    TOPOLOGY,
    Authorizer,
    Consumer,
    Function,
    Invocation,
    Method,
    Need,
    Queue,
    QueueConsumer,
    Route,
    Schedule,
    Socket,
    Topic,
    Topology,
    TopologyError,
    with_preflights,
)

F = Function("f", "does", (Need.CORE,), group="g")
TOPIC = Topic("raw_events", "KAFKA_RAW_TOPIC", partitions=1, retention_hours=1)
QUEUE = Queue("notifications", "RABBITMQ_EXCHANGE")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"routes": (Route(Method.GET, "/a", "g", public=True),)}, "route GET /a names function g"),
        (
            {"routes": (Route(Method.GET, "/a", "f", public=True),) * 2},
            "route GET /a is declared 2 times",
        ),
        ({"functions": (F, F)}, "function f is declared 2 times"),
        ({"routes": (Route(Method.GET, "a", "f", public=True),)}, "must start with /"),
        ({"routes": (Route(Method.GET, "/a", "f"),)}, "not public, but there is no authorizer"),
        ({"consumers": (Consumer("f", "raw_events"),)}, "reads undeclared topic raw_events"),
        (
            {"topics": (TOPIC,), "consumers": (Consumer("g", "raw_events"),)},
            "consumer of topic raw_events names function g",
        ),
        ({"queue_consumers": (QueueConsumer("f", "q"),)}, "reads undeclared queue q"),
        (
            {"queues": (QUEUE,), "queue_consumers": (QueueConsumer("g", "notifications"),)},
            "consumer of queue notifications names function g",
        ),
        ({"topics": (TOPIC, TOPIC)}, "topic raw_events is declared 2 times"),
        ({"topics": (dataclasses.replace(TOPIC, name_from="X"),)}, "X, which is no setting"),
        ({"schedules": (Schedule("s", "f"),)}, "schedule s needs either rate_s or cron"),
        ({"schedules": (Schedule("s", "g", rate_s=1),)}, "schedule s names function g"),
        ({"invocations": (Invocation("f", "g"),)}, "invocation by f names function g"),
        ({"sockets": (Socket("/live", "g"),)}, "socket /live names function g"),
        ({"authorizer": Authorizer("g")}, "authorizer names function g"),
        ({"fallback": "g"}, "fallback names function g"),
        ({"authorizer": Authorizer("f", ttl_s=5)}, "without an identity source"),
        ({"functions": (dataclasses.replace(F, timeout_s=0),)}, "function f: timeout_s"),
        ({"functions": (dataclasses.replace(F, memory_mb=1),)}, "function f: memory_mb"),
        (
            {"functions": (F, dataclasses.replace(F, name="g", environments=2))},
            "functions of group g disagree on environments",
        ),
        (
            {"functions": (F, dataclasses.replace(F, name="g")), "authorizer": Authorizer("f")},
            "authorizer f shares group g with g, whose slow calls would hold up every log-in check",
        ),
        (
            {"functions": (dataclasses.replace(F, environments=2, per_caller=3),)},
            "functions of group g: per_caller must be 1 to 2",
        ),
        (
            {"functions": (F, dataclasses.replace(F, name="g", per_caller=1))},
            "functions of group g disagree on per_caller",
        ),
    ],
)
def test_a_page_that_contradicts_itself_says_what_and_where(
    parts: dict[str, object], says: str
) -> None:
    with pytest.raises(TopologyError) as refused:
        Topology(**({"functions": (F,)} | parts))  # type: ignore[arg-type]
    assert says in str(refused.value)


def test_names_every_fault_at_once() -> None:
    with pytest.raises(TopologyError) as refused:
        Topology(functions=(F, F), routes=(Route(Method.GET, "a", "g", public=True),))
    assert len(str(refused.value).splitlines()) == 3


def test_each_path_that_other_origins_may_call_has_one_public_preflight() -> None:
    closed, changes = Route(Method.GET, "/a", "f"), Route(Method.PATCH, "/a", "f")
    opened = Route(Method.POST, "/b", "g", public=True)
    assert with_preflights(closed, changes, opened) == (
        closed,
        changes,
        opened,
        Route(Method.OPTIONS, "/a", "f", public=True),
        Route(Method.OPTIONS, "/b", "g", public=True),
    )


def test_functions_of_one_folder_share_a_path_and_others_do_not() -> None:
    routes = (Route(Method.GET, "/a", "f", public=True), Route(Method.POST, "/a", "g", public=True))
    twin = dataclasses.replace(F, name="g", group="g", folder="f")
    assert twin.handler == F.handler
    assert with_preflights(*routes)[2] == Route(Method.OPTIONS, "/a", "f", public=True)
    Topology(functions=(F, twin), routes=with_preflights(*routes))
    stranger = dataclasses.replace(twin, folder="g")
    with pytest.raises(TopologyError, match="/a is served by functions of two folders"):
        Topology(functions=(F, stranger), routes=routes)


def test_the_page_has_the_preflight_of_every_path_but_the_pixel() -> None:
    paths = {route.path for route in TOPOLOGY.routes}
    asked = [route for route in TOPOLOGY.routes if route.method is Method.OPTIONS]
    assert {route.path for route in asked} == paths - {"/pixel.gif"}
    assert all(route.public for route in asked)


def test_every_handler_exists_where_the_page_says() -> None:
    for function in TOPOLOGY.functions:
        module, _, name = function.handler.rpartition(".")
        assert callable(getattr(__import__(module, fromlist=[name]), name))


def test_the_authorizer_waits_for_no_other_function() -> None:
    assert TOPOLOGY.authorizer is not None
    group = TOPOLOGY.function(TOPOLOGY.authorizer.function).group
    assert [f.name for f in TOPOLOGY.groups()[group]] == [TOPOLOGY.authorizer.function]


def test_one_caller_has_at_most_half_of_the_reports_environments() -> None:
    reports = TOPOLOGY.function("reports")
    assert reports.per_caller is not None
    assert 2 * reports.per_caller <= reports.environments
