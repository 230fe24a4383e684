"""Commands that start and stop: up, down, reset, services, host."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from infra_cdk.local import installation
from infra_cdk.local.commands.command import Commands, add, show_differences
from infra_cdk.local.servers import servers
from infra_cdk.local.servers.servers import Running
from infra_cdk.local.stack import Stack
from infra_cdk.local.supervisor import HOST


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "up", _up, "start everything and print the addresses")
    add(commands, "down", _down, "stop everything, keep the data")
    reset = add(commands, "reset", _reset, "stop everything and delete the data")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    alone = add(commands, "services", _services, "start or stop the four servers alone")
    alone.add_argument("action", choices=["up", "down"])
    again = add(commands, "revive", _revive, "start a server or the host anew that died")
    again.add_argument("name", choices=[*(s.name for s in servers.SERVICES), HOST])
    add(commands, "host", _host, "run the functions in the foreground, on running servers")


def _up(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    began = time.monotonic()
    was_running = installation.find_host(stack) is not None
    _show_services(installation.up(stack))
    amiss = show_differences(stack)
    demo = installation.furnish(stack)
    state = "already running" if was_running else f"up in {time.monotonic() - began:.1f} s"
    print(
        f"\nPixel-Track is {state}\n\n"
        f"  demo       {stack.origin}/demo/  (shop: {stack.shop}/)\n"
        f"  dashboard  {stack.origin}/\n"
        f"             {demo.email}, password {demo.password}\n"
        f"  API        {stack.origin}/docs  (key in {stack.directory / 'demo.json'})\n"
        f"{_of_this_machine(stack)}\n"
        f"  make status · make logs · make events · make down"
    )
    return 1 if amiss else 0


def _of_this_machine(stack: Stack) -> str:
    if not stack.is_local:
        return ""
    return (
        f"  mailbox    {stack.local_origin}/mailbox  (on this machine alone)\n"
        f"  metrics    {stack.local_origin}/metrics\n"
    )


def _down(options: argparse.Namespace) -> None:
    _show_stopped(installation.down, Stack.named(options.stack))


def _reset(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    if not options.yes and not _confirmed(f"Delete all data of {stack.name} in {stack.data}?"):
        print("nothing was deleted (make reset YES=1 does not ask)")
        return 1
    _show_stopped(installation.reset, stack)
    print(f"deleted: {stack.data}")
    return 0


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def _services(options: argparse.Namespace) -> None:
    stack = Stack.named(options.stack)
    if options.action == "down":
        _show_stopped(servers.down, stack)
        return
    began = time.monotonic()
    _show_services(servers.up(stack))
    print(f"ready in {time.monotonic() - began:.1f} s")


def _revive(options: argparse.Namespace) -> None:
    installation.revive(Stack.named(options.stack), options.name)


def _host(options: argparse.Namespace) -> None:
    from infra_cdk.local.emulator import main  # noqa: PLC0415 - the other commands start without it

    main.run(Stack.named(options.stack))


def _show_services(running: Sequence[Running]) -> None:
    for service in running:
        print(f"  {service.name:<9} {service.source}")


def _show_stopped(stop: Callable[[Stack], list[str]], stack: Stack) -> None:
    print("stopped: " + (", ".join(stop(stack)) or "nothing ran"))
