"""The one reader of the environment: every setting, its type, default and description.

A settings group is a frozen dataclass of the standard library, since the collector reads its
settings too. `load` builds one from the environment and names every variable that is missing or
wrong at once. A `Need` of the topology names a group; CDK and the local host supply its values.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from ipaddress import ip_network
from typing import Any, TypeVar

T = TypeVar("T")


class SettingsError(ValueError):
    """The environment lacks what a function needs; the message names each variable."""


LEAST_SECRET = 32
"""Minimum length, in characters, of a secret that signs access tokens."""

MOST_EVENTS_A_MINUTE = 10_000
"""Highest limit on the events of one client address: what is admitted is remembered."""


def _items(value: str) -> tuple[str, ...]:
    """Parse comma-separated items."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def _networks(value: str) -> tuple[str, ...]:
    """Parse comma-separated networks in CIDR notation."""
    networks = _items(value)
    for network in networks:
        ip_network(network, strict=False)
    return networks


def _level(value: str) -> str:
    """Parse the name of a log level."""
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ValueError("is no level")
    return value.upper()


def _limit(value: str) -> int:
    """Parse a number of events a minute."""
    number = int(value)
    if not 0 <= number <= MOST_EVENTS_A_MINUTE:
        raise ValueError("is out of range")
    return number


def _flag(value: str) -> bool:
    """Parse yes or no."""
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("is neither true nor false")


def _signing_keys(value: str) -> tuple[tuple[str, str], ...]:
    """Parse `id:secret` pairs, of which the first signs."""
    pairs = tuple((kid, secret) for kid, _, secret in (i.partition(":") for i in _items(value)))
    names = {kid for kid, _ in pairs}
    if not pairs or not all(names) or len(names) < len(pairs):
        raise ValueError("names no keys, or one twice")
    if any(len(secret) < LEAST_SECRET for _, secret in pairs):
        raise ValueError("holds a short secret")
    return pairs


def _registration(value: str) -> str:
    """Parse who may register."""
    if value not in {"open", "invite", "closed"}:
        raise ValueError("is no kind of registration")
    return value


def _origin(value: str) -> str:
    """Parse a URL and return its origin, as browsers send it."""
    from pixeltrack.platform.hosts import origin  # noqa: PLC0415 - the collector needs none

    found = origin(value)
    if found is None:
        raise ValueError("is no address")
    return found


def _origins(value: str) -> tuple[str, ...]:
    """Parse comma-separated origins; those of apps, such as `capacitor://localhost`, stay."""
    items = _items(value)
    return tuple(_origin(item) if item.startswith(("http:", "https:")) else item for item in items)


def _durability(value: str) -> str:
    """Parse what acknowledged records outlive."""
    if value not in {"process", "power"}:
        raise ValueError("is no durability")
    return value


def _port_number(value: str) -> int:
    """Parse a TCP port."""
    number = int(value)
    if not 1 <= number <= _HIGHEST_PORT:
        raise ValueError("is no port")
    return number


_HIGHEST_PORT = 65_535

_TYPE_NAMES: dict[Callable[[str], Any], str] = {
    int: "a whole number",
    _port_number: f"a port, 1 to {_HIGHEST_PORT}",
    _limit: f"a whole number from 0 to {MOST_EVENTS_A_MINUTE}",
    _items: "a list",
    _origins: "a list",
    _networks: "a list of networks",
    _level: "DEBUG, INFO, WARNING, ERROR or CRITICAL",
    _flag: "true or false",
    _signing_keys: f"a list of `id:secret` with secrets of {LEAST_SECRET} characters or more",
    _durability: "process or power",
    _registration: "open, invite or closed",
    _origin: "an address",
}
"""What a value should have been, as worded in an error message."""


def _address(*schemes: str) -> Callable[[str], str]:
    """Return a parser of addresses that begin with one of the schemes."""

    def parse(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError("is no such address")
        return value

    _TYPE_NAMES[parse] = f"an address with `{schemes[0]}://`"
    return parse


def setting(
    name: str,
    about: str,
    *,
    default: Any = MISSING,
    parse: Callable[[str], Any] = str,
    secret: bool = False,
) -> Any:
    """Declare a field read from the environment variable `name`; secret values are never shown."""
    metadata = {"name": name, "about": about, "parse": parse, "secret": secret}
    return field(default=default, metadata=metadata, repr=not secret)


def _port(name: str, default: int, what: str) -> Any:
    return setting(name, f"Port of {what}.", default=default, parse=_port_number)


@dataclass(frozen=True, slots=True)
class Core:
    """What every function reads."""

    stage: str = setting(
        "PIXELTRACK_STAGE", "Where this runs: `local`, `dev`, `staging` or `prod`.", default="local"
    )
    log_level: str = setting(
        "PIXELTRACK_LOG_LEVEL", "Least level that is logged.", default="INFO", parse=_level
    )


@dataclass(frozen=True, slots=True)
class Ingest:
    """How the collector takes requests."""

    trusted_proxies: tuple[str, ...] = setting(
        "PIXELTRACK_TRUSTED_PROXIES",
        "Networks (CIDR, comma-separated) whose `X-Forwarded-For` is believed.",
        default=(),
        parse=_networks,
    )
    edge_secret: str = setting(
        "PIXELTRACK_EDGE_SECRET",
        "Value of `X-Pixeltrack-Edge` that proves a request came through the CDN; with it the "
        "CDN's address and country headers are believed. Empty: never.",
        default="",
        secret=True,
    )
    edge_address_header: str = setting(
        "PIXELTRACK_EDGE_ADDRESS_HEADER",
        "Header in which the CDN gives the client's address.",
        default="cloudfront-viewer-address",
        parse=str.lower,
    )
    edge_country_header: str = setting(
        "PIXELTRACK_EDGE_COUNTRY_HEADER",
        "Header in which the CDN gives the client's country.",
        default="cloudfront-viewer-country",
        parse=str.lower,
    )
    acknowledge_within_ms: int = setting(
        "PIXELTRACK_ACKNOWLEDGE_WITHIN_MS",
        "How long the collector waits for Kafka before it answers 503.",
        default=3500,
        parse=int,
    )


@dataclass(frozen=True, slots=True)
class Kafka:
    """The stream broker."""

    bootstrap_servers: str = setting(
        "KAFKA_BOOTSTRAP_SERVERS", "Kafka brokers as `host:port`, comma-separated."
    )
    security_protocol: str = setting(
        "KAFKA_SECURITY_PROTOCOL", "`PLAINTEXT`, `SSL` or `SASL_SSL`.", default="PLAINTEXT"
    )
    sasl_mechanism: str = setting(
        "KAFKA_SASL_MECHANISM", "SASL mechanism where one is used.", default="SCRAM-SHA-512"
    )
    username: str = setting("KAFKA_USERNAME", "SASL user name.", default="")
    password: str = setting("KAFKA_PASSWORD", "SASL password.", default="", secret=True)
    raw_topic: str = setting("KAFKA_RAW_TOPIC", "Topic of gated events.", default="raw_events")
    enriched_topic: str = setting(
        "KAFKA_ENRICHED_TOPIC", "Topic of stored buckets.", default="enriched_events"
    )
    replication_factor: int = setting(
        "KAFKA_REPLICATION_FACTOR", "Replicas of a topic the migrator makes.", default=1, parse=int
    )

    def client(self) -> dict[str, Any]:
        """Return the connection settings of librdkafka's clients."""
        config: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": self.security_protocol,
        }
        if self.username:
            config |= {
                "sasl.mechanism": self.sasl_mechanism,
                "sasl.username": self.username,
                "sasl.password": self.password,
            }
        return config


@dataclass(frozen=True, slots=True)
class Mongo:
    """The store of raw events."""

    uri: str = setting(
        "MONGODB_URI",
        "MongoDB connection string.",
        parse=_address("mongodb", "mongodb+srv"),
        secret=True,
    )
    database: str = setting("MONGODB_DATABASE", "MongoDB database.", default="pixeltrack")


@dataclass(frozen=True, slots=True)
class Postgres:
    """The store of accounts, sites, facts and rollups."""

    url: str = setting(
        "DATABASE_URL",
        "PostgreSQL connection string.",
        parse=_address("postgresql", "postgres"),
        secret=True,
    )


@dataclass(frozen=True, slots=True)
class RabbitMQ:
    """The task broker."""

    url: str = setting(
        "RABBITMQ_URL",
        "RabbitMQ connection string (AMQP).",
        parse=_address("amqp", "amqps"),
        secret=True,
    )
    exchange: str = setting(
        "RABBITMQ_EXCHANGE", "Topic exchange and queue of notifications.", default="notifications"
    )


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Where the processor finds its data."""

    geoip_dir: str = setting(
        "PIXELTRACK_GEOIP_DIR",
        "Folder with the DB-IP city databases and the table of hosting networks; what is not there "
        "is unknown.",
        default="/opt/geoip",
    )
    site_cache_s: int = setting(
        "PIXELTRACK_SITE_CACHE_S",
        "How long the processor believes what it read of a site, in seconds.",
        default=20,
        parse=int,
    )
    events_a_minute: int = setting(
        "PIXELTRACK_EVENTS_A_MINUTE",
        "Most events of one client address that a site takes within a minute, of IPv6 by /64; more "
        "are dropped as `flood`. 0: any number.",
        default=600,
        parse=_limit,
    )


@dataclass(frozen=True, slots=True)
class Reports:
    """How reports are read."""

    exact_visits: int = setting(
        "PIXELTRACK_EXACT_VISITS",
        "How many visits of a range's closed days a report counts one by one; where there are "
        "more, it reads rollups, and visitors may be estimated. 0: always.",
        default=300_000,
        parse=int,
    )


@dataclass(frozen=True, slots=True)
class Api:
    """The HTTP API."""

    allowed_origins: tuple[str, ...] = setting(
        "PIXELTRACK_ALLOWED_ORIGINS",
        "Origins (comma-separated) whose pages may call the API with credentials.",
        default=(),
        parse=_origins,
    )


@dataclass(frozen=True, slots=True)
class Web:
    """Where people find the product."""

    public_url: str = setting(
        "PIXELTRACK_PUBLIC_URL",
        "Origin of dashboard, API and tracker: links in mails lead there, snippets load from it.",
        parse=_origin,
    )


@dataclass(frozen=True, slots=True)
class Auth:
    """Accounts and log-ins."""

    jwt_keys: tuple[tuple[str, str], ...] = setting(
        "PIXELTRACK_JWT_KEYS",
        "Keys of access tokens as `id:secret`, comma-separated, each secret of at least 32 "
        "characters; the first signs, all are believed.",
        parse=_signing_keys,
        secret=True,
    )
    registration: str = setting(
        "PIXELTRACK_REGISTRATION",
        "Who may register: `open` (anybody), `invite` (who was invited) or `closed` (nobody).",
        default="open",
        parse=_registration,
    )
    mail_dir: str = setting(
        "PIXELTRACK_MAIL_DIR",
        "Folder in which mails are laid down.",
        default="/tmp/mail",  # noqa: S108 - the one folder that a Lambda function may write to
    )


@dataclass(frozen=True, slots=True)
class Local:
    """The local host; no function reads these."""

    port: int = _port("PIXELTRACK_PORT", 8080, "dashboard, API and tracker")
    shop_port: int = _port("PIXELTRACK_SHOP_PORT", 8081, "the demo shop")
    local_port: int = _port(
        "PIXELTRACK_LOCAL_PORT",
        8082,
        "mailbox, metrics and Invoke API, on loopback and only where the stage is `local`",
    )
    kafka_port: int = _port("PIXELTRACK_KAFKA_PORT", 19092, "the local Kafka")
    mongodb_port: int = _port("PIXELTRACK_MONGODB_PORT", 17017, "the local MongoDB server")
    postgres_port: int = _port("PIXELTRACK_POSTGRES_PORT", 15432, "the local PostgreSQL")
    rabbitmq_port: int = _port("PIXELTRACK_RABBITMQ_PORT", 15671, "the local RabbitMQ")
    disk_reserve_mib: int = setting(
        "PIXELTRACK_DISK_RESERVE_MIB",
        "How much must be free on the local Kafka's disk, in MiB; below it events are refused with "
        "503, since a broker whose disk is full halts.",
        default=256,
        parse=int,
    )
    use_docker: bool = setting(
        "PIXELTRACK_USE_DOCKER",
        "Whether a running Docker engine is used for the services.",
        default=True,
        parse=_flag,
    )
    durability: str = setting(
        "PIXELTRACK_DURABILITY",
        "What an acknowledged event outlives: `process` (the end of any process) or `power` (a "
        "power cut, too). A change takes effect after `make down`.",
        default="process",
        parse=_durability,
    )


GROUPS = (
    Core,
    Ingest,
    Kafka,
    Mongo,
    Postgres,
    RabbitMQ,
    Enrichment,
    Reports,
    Api,
    Web,
    Auth,
    Local,
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable as the documentation shows it."""

    group: str
    name: str
    type: str
    default: str | None
    about: str
    secret: bool


def variables(group: type[Any]) -> Iterator[Variable]:
    """List the environment variables of a group; a required one has no default."""
    for item in fields(group):
        default = None if item.default is MISSING else _shown(item.default)
        yield Variable(
            group=group.__name__,
            name=item.metadata["name"],
            type=_type_name(item),
            default=default,
            about=item.metadata["about"],
            secret=item.metadata["secret"],
        )


def load(group: type[T], environ: Mapping[str, str] | None = None) -> T:
    """Return a settings group from the environment, or raise `SettingsError` naming every fault."""
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    faults: list[str] = []
    for item in fields(group):  # type: ignore[arg-type]
        name = item.metadata["name"]
        text = source.get(name)
        if text is None:
            if item.default is MISSING:
                faults.append(f"{name} is not set ({item.metadata['about']})")
            continue
        try:
            values[item.name] = item.metadata["parse"](text)
        except ValueError:
            faults.append(f"{name} is not {_type_name(item)}")
    if faults:
        raise SettingsError("; ".join(faults))
    return group(**values)


def check(environ: Mapping[str, str]) -> None:
    """Raise `SettingsError` naming every fault of every group."""
    faults = []
    for group in GROUPS:
        try:
            load(group, environ)
        except SettingsError as error:
            faults.append(str(error))
    if faults:
        raise SettingsError("; ".join(faults))


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def _type_name(item: Field[Any]) -> str:
    return _TYPE_NAMES.get(item.metadata["parse"], "text")
