"""The deploy step: the migrator brings topics, queues and schemas up to date before all else."""

import logging
from collections.abc import Mapping

import msgspec

from infra_cdk.local.emulator.functions import Functions
from infra_cdk.topology import Topology
from infra_cdk.topology.deployment import migration_payload

MIGRATOR = "migrator"

log = logging.getLogger(__name__)


class DeployError(RuntimeError):
    """The migrator failed; the message is its own."""


async def deploy(topology: Topology, functions: Functions, environ: Mapping[str, str]) -> None:
    """Invoke the migrator, where the topology has one; raises `DeployError`."""
    if MIGRATOR not in functions:
        return
    event = msgspec.json.encode(migration_payload(topology, environ))
    outcome = await functions.invoke(MIGRATOR, event)
    if not outcome.is_done:
        raise DeployError(f"the migrator failed: {outcome.error_text()}")
    log.info("migrator: %s", outcome.payload.decode())
