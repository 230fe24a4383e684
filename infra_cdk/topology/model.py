"""The vocabulary of the topology page: frozen declarations that validate themselves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from pixeltrack.platform import settings


class TopologyError(ValueError):
    """The page contradicts itself; the message says what and where, one fault a line."""


class Need(Enum):
    """A settings group that a function reads, hence a server or data set that it needs."""

    CORE = settings.Core
    INGEST = settings.Ingest
    KAFKA = settings.Kafka
    MONGO = settings.Mongo
    POSTGRES = settings.Postgres
    RABBITMQ = settings.RabbitMQ
    ENRICHMENT = settings.Enrichment
    REPORTS = settings.Reports
    API = settings.Api
    WEB = settings.Web
    AUTH = settings.Auth

    @property
    def variables(self) -> tuple[str, ...]:
        """Name the environment variables of the group."""
        return tuple(v.name for v in settings.variables(self.value))


class Method(StrEnum):
    """An HTTP method of a route."""

    GET = "GET"
    POST = "POST"
    PATCH = "PATCH"
    DELETE = "DELETE"
    OPTIONS = "OPTIONS"


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function, `functions.<folder>.handler.handler`.

    Functions of one folder, the name by default, differ in the routes that lead to them.

    `group` names the local process group that runs it, `environments` the maximum number of its
    processes, `per_caller` how many of them one account may keep busy at once: that many stay up,
    the others start on demand. AWS ignores all three: reserved concurrency bounds a function for
    all callers together, and nothing there bounds a single one.

    With `most_waiting`, a call that finds every environment busy and that many waiting is refused
    with 429 at once. On AWS, where calls do not wait, API Gateway lets as many calls a second
    through to each of its routes as run and wait here. A `slim` function needs only the
    few packages of the collector's layer, so that it starts fast; one machine ignores that.

    A request is answered within `answers_within_s`, the wait for an environment included, which
    then counts as time of the function. On AWS nothing waits for one.
    """

    name: str
    about: str
    needs: tuple[Need, ...]
    group: str
    memory_mb: int = 256
    timeout_s: int = 10
    environments: int = 1
    per_caller: int | None = None
    most_waiting: int | None = None
    slim: bool = False
    answers_within_s: int | None = None
    folder: str = ""

    def __post_init__(self) -> None:
        """Name the folder after the function unless it is given."""
        object.__setattr__(self, "folder", self.folder or self.name)

    @property
    def handler(self) -> str:
        """Return the dotted path of the handler, the same in Lambda and on the local host."""
        return f"functions.{self.folder}.handler.handler"

    @property
    def most_at_once(self) -> int | None:
        """Return how many calls run or wait; None where nothing bounds them."""
        return None if self.most_waiting is None else self.environments + self.most_waiting


@dataclass(frozen=True, slots=True)
class Route:
    """An HTTP API route; `{name}` in the path is a parameter. Unless public, it is authorized."""

    method: Method
    path: str
    function: str
    public: bool = False

    @property
    def key(self) -> str:
        """Return API Gateway's route key, as in `GET /api/v1/events`."""
        return f"{self.method} {self.path}"


def with_preflights(*routes: Route) -> tuple[Route, ...]:
    """Add each path's `OPTIONS` route, by which browsers check cross-origin calls.

    The function of the path's first route answers it.
    """
    functions: dict[str, str] = {}
    for route in routes:
        functions.setdefault(route.path, route.function)
    asked = (Route(Method.OPTIONS, path, name, public=True) for path, name in functions.items())
    return (*routes, *asked)


@dataclass(frozen=True, slots=True)
class Authorizer:
    """The Lambda authorizer of every route that is not public (payload 2.0, simple responses).

    With identity sources (`$request.header.authorization`) API Gateway caches a verdict by their
    values for `ttl_s` and refuses a request that lacks one with its own 401; without them it asks
    the function each time, which then words the refusal itself.
    """

    function: str
    identity_sources: tuple[str, ...] = ()
    ttl_s: int = 0


@dataclass(frozen=True, slots=True)
class Socket:
    """A WebSocket API at `path`; `function` serves connect, disconnect and messages."""

    path: str
    function: str
    authorizer: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic; its name is the value of the settings variable `name_from`."""

    name: str
    name_from: str
    partitions: int
    retention_hours: int
    segment_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Consumer:
    """A Kafka event source: a batch is full at `batch_size` records or after `window_ms`."""

    function: str
    topic: str
    batch_size: int = 500
    window_ms: int = 500

    def group_id(self, topic: str) -> str:
        """Return the consumer group id for the topic's name on the broker.

        Stacks that share a broker have topics of their own, hence groups of their own: in one
        group each would rebalance the others.
        """
        return f"pixeltrack-{self.function}-{topic}"


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable topic exchange with a quorum queue of the same name and a dead-letter queue."""

    name: str
    name_from: str
    delivery_limit: int = 5

    @property
    def dead_letter(self) -> str:
        """Return the name of the dead-letter exchange and queue."""
        return f"{self.name}.dlq"


@dataclass(frozen=True, slots=True)
class QueueConsumer:
    """A RabbitMQ event source; always one invocation at a time."""

    function: str
    queue: str
    batch_size: int = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """An EventBridge schedule: `rate_s` between calls, or `cron` (five fields, UTC)."""

    name: str
    function: str
    rate_s: int | None = None
    cron: str | None = None
    payload: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Invocation:
    """One function that calls another through Lambda's Invoke API."""

    caller: str
    callee: str


@dataclass(frozen=True, slots=True)
class Topology:
    """All declarations of the product; an inconsistent one raises `TopologyError`.

    `fallback` is the function that API Gateway passes a request without a route, and that
    responds with 404; on one machine the host does that itself.
    """

    functions: tuple[Function, ...]
    routes: tuple[Route, ...] = ()
    authorizer: Authorizer | None = None
    fallback: str | None = None
    sockets: tuple[Socket, ...] = ()
    topics: tuple[Topic, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    queues: tuple[Queue, ...] = ()
    queue_consumers: tuple[QueueConsumer, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    _by_name: dict[str, Function] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Index the functions and refuse a page that contradicts itself."""
        object.__setattr__(self, "_by_name", {f.name: f for f in self.functions})
        faults = [*self._doubles(), *self._strangers(), *self._misfits(), *self._sizes()]
        if faults:
            raise TopologyError("\n".join(faults))

    def function(self, name: str) -> Function:
        """Return the function of that name; raise `KeyError`."""
        return self._by_name[name]

    def groups(self) -> dict[str, tuple[Function, ...]]:
        """Return the functions by local process group."""
        names = dict.fromkeys(f.group for f in self.functions)
        return {n: tuple(f for f in self.functions if f.group == n) for n in names}

    def _doubles(self) -> Iterator[str]:
        kinds: dict[str, list[str]] = {
            "function": [f.name for f in self.functions],
            "route": [r.key for r in self.routes],
            "topic": [t.name for t in self.topics],
            "queue": [q.name for q in self.queues],
            "schedule": [s.name for s in self.schedules],
            "socket": [s.path for s in self.sockets],
            "consumer": [f"{c.function} of {c.topic}" for c in self.consumers],
        }
        for kind, names in kinds.items():
            for name, count in Counter(names).items():
                if count > 1:
                    yield f"{kind} {name} is declared {count} times"

    def _references(self) -> Iterator[tuple[str, str]]:
        """Pair each place that names a function with that name."""
        yield from ((f"route {r.key}", r.function) for r in self.routes)
        yield from ((f"consumer of topic {c.topic}", c.function) for c in self.consumers)
        yield from ((f"consumer of queue {c.queue}", c.function) for c in self.queue_consumers)
        yield from ((f"schedule {s.name}", s.function) for s in self.schedules)
        for socket in self.sockets:
            yield f"socket {socket.path}", socket.function
            if socket.authorizer:
                yield f"authorizer of socket {socket.path}", socket.authorizer
        for invocation in self.invocations:
            yield f"invocation of {invocation.callee}", invocation.caller
            yield f"invocation by {invocation.caller}", invocation.callee
        if self.authorizer:
            yield "authorizer", self.authorizer.function
        if self.fallback:
            yield "fallback", self.fallback

    def _strangers(self) -> Iterator[str]:
        for place, name in self._references():
            if name not in self._by_name:
                yield f"{place} names function {name}, which is not declared"
        topics = {t.name for t in self.topics}
        for consumer in self.consumers:
            if consumer.topic not in topics:
                yield f"consumer {consumer.function} reads undeclared topic {consumer.topic}"
        queues = {q.name for q in self.queues}
        for reader in self.queue_consumers:
            if reader.queue not in queues:
                yield f"consumer {reader.function} reads undeclared queue {reader.queue}"
        known = {name for need in Need for name in need.variables}
        named = [(t.name, t.name_from) for t in self.topics]
        named += [(q.name, q.name_from) for q in self.queues]
        for name, variable in named:
            if variable not in known:
                yield f"{name} takes its name from {variable}, which is no setting"

    def _misfits(self) -> Iterator[str]:
        for route in self.routes:
            if not route.path.startswith("/"):
                yield f"route {route.key}: the path must start with /"
            if not route.public and self.authorizer is None:
                yield f"route {route.key} is not public, but there is no authorizer"
        yield from self._divided_paths()
        if self.authorizer and self.authorizer.ttl_s and not self.authorizer.identity_sources:
            yield "authorizer caches verdicts without an identity source to tell callers apart"
        yield from self._blocked_authorizers()
        for schedule in self.schedules:
            if (schedule.rate_s is None) == (schedule.cron is None):
                yield f"schedule {schedule.name} needs either rate_s or cron"

    def _divided_paths(self) -> Iterator[str]:
        """Find paths of two folders: neither could name all the methods of such a path."""
        known = [r for r in self.routes if r.function in self._by_name]
        for path in dict.fromkeys(r.path for r in known):
            if len({self._by_name[r.function].folder for r in known if r.path == path}) > 1:
                yield f"path {path} is served by functions of two folders"

    def _blocked_authorizers(self) -> Iterator[str]:
        own = self._by_name.get(self.authorizer.function) if self.authorizer else None
        for function in self.functions:
            if own and function.name != own.name and function.group == own.group:
                yield (
                    f"authorizer {own.name} shares group {own.group} with {function.name}, "
                    "whose slow calls would hold up every log-in check"
                )

    def _sizes(self) -> Iterator[str]:
        for group, functions in self.groups().items():
            if len({f.environments for f in functions}) > 1:
                yield f"functions of group {group} disagree on environments"
            if len({f.per_caller for f in functions}) > 1:
                yield f"functions of group {group} disagree on per_caller"
            if len({f.most_waiting for f in functions}) > 1:
                yield f"functions of group {group} disagree on most_waiting"
            most = functions[0].environments
            if any(not 1 <= (f.per_caller or 1) <= most for f in functions):
                yield f"functions of group {group}: per_caller must be 1 to {most}"
        for function in self.functions:
            if not 128 <= function.memory_mb <= 10_240:
                yield f"function {function.name}: memory_mb must be 128 to 10240"
            if not 1 <= function.timeout_s <= 840:
                yield f"function {function.name}: timeout_s must be 1 to 840"
            if not 2 <= (function.answers_within_s or 2) <= max(function.timeout_s, 2):
                yield f"function {function.name}: answers_within_s must be 2 to timeout_s"
