"""Command line and environment variables of a group's processes: only what its functions need."""

import sys
from collections.abc import Mapping
from pathlib import Path

from infra_cdk.local.host.context import REGION
from infra_cdk.local.host.frames import Handler, Start
from infra_cdk.local.host.process import Launch
from infra_cdk.topology import Function, Topology

_FROM_THE_MACHINE = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"),
    "COVERAGE_PROCESS_CONFIG",  # set while tests are measured: then functions are, too
)


def launch(
    topology: Topology,
    functions: tuple[Function, ...],
    values: Mapping[str, str],
    *,
    machine: Mapping[str, str],
    origin: str,
    task_root: Path,
) -> Launch:
    """Say how to start a process for these functions.

    `values` are the stack's settings, `machine` the host's own environment, `origin` where the
    Invoke API answers; callers of other functions get it with made-up credentials.
    """
    group = functions[0].group
    environ = {name: machine[name] for name in _FROM_THE_MACHINE if name in machine}
    environ |= {
        "TZ": ":UTC",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "LAMBDA_TASK_ROOT": str(task_root),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{group}",
    }
    needed = {name for f in functions for need in f.needs for name in need.variables}
    environ |= {name: values[name] for name in sorted(needed) if name in values}
    names = {f.name for f in functions}
    if any(i.caller in names for i in topology.invocations):
        environ |= {
            "AWS_ENDPOINT_URL_LAMBDA": origin,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
    return Launch(
        argv=(sys.executable, "-m", "infra_cdk.local.host.environment", group),
        environ=environ,
        task_root=task_root,
        start=Start([Handler(f.name, f.handler, f.memory_mb) for f in functions]),
    )
