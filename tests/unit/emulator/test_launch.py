from pathlib import Path

from infra_cdk.local.emulator.environment import Launch, launch
from infra_cdk.local.signatures import Keys
from infra_cdk.topology import Function, Invocation, Need, Topology

TOPOLOGY = Topology(
    functions=(
        Function("a", "stores", (Need.CORE, Need.MONGO), group="both", memory_mb=512),
        Function("b", "calls", (Need.CORE,), group="both"),
        Function("c", "is called", (Need.KAFKA,), group="alone"),
    ),
    invocations=(Invocation("b", "c"),),
)
VALUES = {"MONGODB_URI": "mongodb://x", "KAFKA_BOOTSTRAP_SERVERS": "k:1", "PIXELTRACK_STAGE": "t"}
MACHINE = {"PATH": "/bin", "HOME": "/home", "AWS_SECRET_ACCESS_KEY": "real", "OTHER": "x"}


def made(group: str) -> Launch:
    return launch(
        TOPOLOGY,
        TOPOLOGY.groups()[group],
        VALUES,
        machine=MACHINE,
        origin="http://127.0.0.1:1",
        keys=Keys("LOCAL1", "geheim"),
        task_root=Path("/task"),
    )


def test_a_group_gets_what_its_functions_need_and_no_more() -> None:
    environ = made("both").environ

    assert environ["MONGODB_URI"] == "mongodb://x"
    assert environ["PIXELTRACK_STAGE"] == "t"
    assert environ["PATH"] == "/bin"
    assert environ["LAMBDA_TASK_ROOT"] == "/task"
    assert "KAFKA_BOOTSTRAP_SERVERS" not in environ
    assert "OTHER" not in environ


def test_only_callers_get_the_invoke_api_and_its_keys() -> None:
    assert made("both").environ["AWS_ENDPOINT_URL_LAMBDA"] == "http://127.0.0.1:1"
    assert made("both").environ["AWS_SECRET_ACCESS_KEY"] == "geheim"
    assert not {"AWS_ENDPOINT_URL_LAMBDA", "AWS_SECRET_ACCESS_KEY"} & made("alone").environ.keys()


def test_handlers_are_those_of_the_page() -> None:
    handlers = made("both").start.handlers

    assert [(h.name, h.path, h.memory_mb) for h in handlers] == [
        ("a", "functions.a.handler.handler", 512),
        ("b", "functions.b.handler.handler", 256),
    ]
