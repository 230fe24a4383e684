"""The functions of this machine by name, each in the pool of its group."""

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import msgspec

from infra_cdk.local.host.outcomes import Outcome
from infra_cdk.local.host.pool import Pool
from infra_cdk.local.host.process import Call
from infra_cdk.topology import Topology

encode = msgspec.json.Encoder().encode


class Functions:
    """Invokes functions of a topology; the one way in for every trigger."""

    def __init__(self, topology: Topology, pools: Mapping[str, Pool]) -> None:
        self.pools = pools
        self._targets = {f.name: (pools[f.group], f.timeout_s) for f in topology.functions}
        self._loop = asyncio.get_running_loop()

    def __contains__(self, name: object) -> bool:
        return name in self._targets

    def start(self) -> None:
        """Start the environments of every group with triggers."""
        for pool in self.pools.values():
            pool.start()

    async def stop(self) -> None:
        """End every environment; running invocations get a moment to finish."""
        await asyncio.gather(*(pool.stop() for pool in self.pools.values()))

    async def invoke(
        self,
        name: str,
        event: bytes,
        *,
        request_id: str | None = None,
        wait_s: float | None = None,
    ) -> Outcome:
        """Invoke with a JSON event; wait for a free environment at most `wait_s`, or for ever."""
        pool, timeout_s = self._targets[name]
        call = Call(name, request_id or str(uuid.uuid4()), event, timeout_s)
        return await pool.invoke(call, wait_s)

    def invoke_from_thread(self, name: str, event: Any) -> "Future[Outcome]":
        """Invoke from another thread, waiting for an environment as long as it takes."""
        return asyncio.run_coroutine_threadsafe(self.invoke(name, encode(event)), self._loop)
