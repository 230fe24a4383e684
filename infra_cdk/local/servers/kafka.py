"""Apache Kafka as one KRaft node on the machine's Java, its jars from Maven Central."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from confluent_kafka.admin import AdminClient

from infra_cdk.local.files import require
from infra_cdk.local.servers import ports
from infra_cdk.local.servers.native import Launch
from infra_cdk.local.stack import Stack

VERSION = "4.3.1"
_CLUSTER = "pixeltrackAAAAAAAAAAAw"  # 16 bytes in base64url, as KRaft requires
_JAVA = (
    *("java", "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"),
    "-XX:+ExitOnOutOfMemoryError",  # else it lives on, and answers nothing
)

_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>pixeltrack</groupId><artifactId>kafka</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
    <version>{VERSION}</version>
  </dependency></dependencies>
</project>
"""

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
num.network.threads=1
num.io.threads={io_threads}
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
log.retention.check.interval.ms=60000
log.flush.interval.messages={flush_after}
"""

_LOG4J = """\
Configuration:
  status: warn
  Appenders:
    Console:
      name: console
      PatternLayout: {pattern: "%d{ISO8601} %p %m (%c{1})%n"}
  Loggers:
    Root: {level: warn, AppenderRef: {ref: console}}
    Logger:
      - {name: kafka.server.KafkaRaftServer, level: info}
"""


class Kafka:
    """The stream broker."""

    name = "kafka"
    variable = "KAFKA_BOOTSTRAP_SERVERS"
    port_variable = "PIXELTRACK_KAFKA_PORT"
    packages: Mapping[str, str] = {"java": "default-jre-headless", "mvn": "maven"}
    ready_within_s = 60.0

    def source(self) -> str:
        """Return the name and version."""
        return f"Apache Kafka {VERSION} on this machine's Java"

    def prepare(self, stack: Stack, port: int) -> Sequence[Launch]:
        """Fetch the jars once for all stacks, write the configuration, format empty storage."""
        libraries = _fetch(stack.root / ".local" / "kafka" / VERSION)
        data = stack.data / "kafka"
        properties = stack.run / "kafka.properties"
        controller = ports.next_free(port + 1)
        properties.write_text(
            _PROPERTIES.format(
                port=port,
                controller=controller,
                data=data,
                flush_after=flush_after(stack),
                io_threads=io_threads(stack),
            )
        )
        log4j = stack.run / "kafka.log4j2.yaml"
        log4j.write_text(_LOG4J)
        crash = f"-XX:ErrorFile={stack.logs / 'kafka.crash'}"
        java = [*_JAVA, crash, f"-Dlog4j2.configurationFile={log4j}", "-cp", f"{libraries}/*"]
        identity = data / "meta.properties"
        if os.path.lexists(identity) or any(data.glob("*-*")):
            require(identity, f"cluster.id={_CLUSTER}", _REMEDY)
        else:
            storage = ["kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(properties)]
            subprocess.run([*java, *storage], check=True, capture_output=True, text=True)
        return [Launch(self.name, [*java, "kafka.Kafka", str(properties)])]

    def url(self, stack: Stack, port: int) -> str:  # noqa: ARG002
        """Return the bootstrap server."""
        return f"127.0.0.1:{port}"

    def probe(self, url: str) -> None:
        """List the topics."""
        client = AdminClient({"bootstrap.servers": url, "log_level": 0})
        client.list_topics(timeout=2)


_NEVER = 2**63 - 1


def flush_after(stack: Stack) -> int:
    """Return after how many messages Kafka writes a log to disk, before it acknowledges them."""
    return 1 if stack.outlives_power_cuts else _NEVER


def io_threads(stack: Stack) -> int:
    """Return how many threads serve requests: one is cheapest, where none waits for a disk."""
    return 4 if stack.outlives_power_cuts else 1


_REMEDY = (
    "without it Kafka does not know its data: put it back from a backup, or move the folder away "
    "and lose the events that were acknowledged and not stored yet"
)


def _fetch(libraries: Path) -> Path:
    """Let Maven copy Kafka and its dependencies, completely or not at all."""
    if libraries.is_dir():
        return libraries
    pom = libraries.with_name(f"{VERSION}.pom.xml")
    pom.parent.mkdir(parents=True, exist_ok=True)
    pom.write_text(_POM)
    partial = libraries.with_name(f"{VERSION}.partial")
    print(f"fetching Apache Kafka {VERSION} from Maven Central (44 MB)", flush=True)
    copy = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}"]
    command = ["mvn", "-B", "-q", "-f", str(pom), *copy]
    subprocess.run(command, check=True, capture_output=True, text=True)
    partial.rename(libraries)
    return libraries
