"""Brings a whole stack up or down: servers, host, demo data."""

import shutil

from infra_cdk.local import hosting, services
from infra_cdk.local.seed import FILE, Demo, seed
from infra_cdk.local.services import Running
from infra_cdk.local.stack import Stack


def up(stack: Stack) -> list[Running]:
    """Start the servers, then the host; neither is started twice."""
    found = services.up(stack)
    if not hosting.find(stack):
        hosting.start(stack)
    return found


def furnish(stack: Stack) -> Demo:
    """Make the demo account, site and key of a running stack, or find them."""
    database_url = stack.environ()["DATABASE_URL"]
    return seed(database_url, stack.directory, stack.origin, stack.shop)


def down(stack: Stack) -> list[str]:
    """Stop host and servers, keeping their data; return the names of what was stopped."""
    stopped = [hosting.NAME] if hosting.stop(stack) else []
    return [*stopped, *services.down(stack)]


def reset(stack: Stack) -> list[str]:
    """Stop everything and delete the stack's data and demo key; return what was stopped."""
    stopped = down(stack)
    services.forget(stack)
    shutil.rmtree(stack.data, ignore_errors=True)
    (stack.directory / FILE).unlink(missing_ok=True)
    return stopped
