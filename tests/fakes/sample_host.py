"""A host with the sample topology, in a process of its own: `python sample_host.py CONFIG`."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from infra_cdk.local.emulator.limits import Limits
from infra_cdk.local.emulator.main import run
from infra_cdk.topology import (
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
)


@dataclass(frozen=True)
class SampleStack:
    """A stack in one folder; `values` are its settings."""

    directory: Path
    port: int
    shop_port: int
    local_port: int
    values: dict[str, str] = field(default_factory=dict)
    root: Path = Path(__file__).parent / "sample"

    @property
    def logs(self) -> Path:
        return self.directory / "logs"

    @property
    def data(self) -> Path:
        return self.directory

    @property
    def has_broker(self) -> bool:
        return False

    @property
    def frontend_dir(self) -> Path:
        return self.directory / "frontend"

    @property
    def tracker_file(self) -> Path:
        return self.directory / "tracker.js"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def local_origin(self) -> str:
        return f"http://127.0.0.1:{self.local_port}"

    @property
    def keys_file(self) -> Path:
        return self.directory / "run" / "invoke.keys"

    @property
    def shop(self) -> str:
        return f"http://127.0.0.1:{self.shop_port}"

    def environ(self) -> dict[str, str]:
        return {"PIXELTRACK_MAIL_DIR": str(self.directory / "mail"), **self.values}


def sample_topology(values: dict[str, str]) -> Topology:
    """Return a page with HTTP, sockets and schedules, or one with the brokers `values` name.

    Each starts only the processes that its tests need.
    """
    has_kafka = "KAFKA_BOOTSTRAP_SERVERS" in values
    has_rabbitmq = "RABBITMQ_URL" in values
    return _brokers(has_kafka, has_rabbitmq) if has_kafka or has_rabbitmq else _web()


_WRITES = (Need.CORE, Need.ENRICHMENT)


def _web() -> Topology:
    return Topology(
        functions=(
            Function("echo", "obeys", (Need.CORE,), group="echo", timeout_s=1, environments=2),
            Function("judge", "judges", _WRITES, group="judge"),
            Function("clock", "ticks", _WRITES, group="clock"),
            Function("live", "listens", _WRITES, group="live"),
            Function(
                "slow",
                "takes its time",
                (Need.CORE,),
                group="slow",
                timeout_s=5,
                environments=4,
                per_caller=2,
            ),
            Function(
                "narrow",
                "lets few wait",
                (Need.CORE,),
                group="narrow",
                timeout_s=10,
                most_waiting=1,
                folder="echo",
            ),
        ),
        routes=(
            Route(Method.POST, "/echo", "echo", public=True),
            Route(Method.GET, "/echo", "echo", public=True),
            Route(Method.GET, "/fast", "echo", public=True),
            Route(Method.POST, "/fast", "echo", public=True),
            Route(Method.GET, "/things/{id}/parts/{part}", "echo", public=True),
            Route(Method.GET, "/things/all/parts/{part}", "echo", public=True),
            Route(Method.GET, "/closed", "echo"),
            Route(Method.GET, "/slow", "slow"),
            Route(Method.GET, "/narrow", "narrow", public=True),
        ),
        authorizer=Authorizer("judge", ("$request.header.authorization",), ttl_s=60),
        sockets=(Socket("/live", "live", authorizer="judge"),),
        schedules=(Schedule("tick", "clock", rate_s=1),),
        invocations=(Invocation(caller="echo", callee="clock"),),
    )


def _brokers(has_kafka: bool, has_rabbitmq: bool) -> Topology:
    return Topology(
        functions=(
            Function("fold", "folds", _WRITES, group="fold", timeout_s=1, environments=2),
            Function("task", "works", _WRITES, group="task", timeout_s=1),
        ),
        topics=(Topic("raw", "KAFKA_RAW_TOPIC", partitions=2, retention_hours=1),),
        consumers=(Consumer("fold", "raw", batch_size=10, window_ms=100),) if has_kafka else (),
        queues=(Queue("jobs", "RABBITMQ_EXCHANGE"),),
        queue_consumers=(QueueConsumer("task", "jobs", batch_size=5),) if has_rabbitmq else (),
    )


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[1])
    limits = Limits(**given.pop("limits"))
    stack = SampleStack(**{**given, "directory": Path(given["directory"])})
    run(stack, sample_topology(stack.values), limits)
