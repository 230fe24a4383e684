"""How the text of an environment variable becomes a value; `ValueError` where it does not."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LEAST_SECRET = 32
"""Characters of the shortest secret that signs access tokens."""


def text(value: str) -> str:
    """Take the text as it is."""
    return value


def items(value: str) -> tuple[str, ...]:
    """Read comma-separated items."""
    return tuple(item.strip() for item in value.split(",") if item.strip())


def flag(value: str) -> bool:
    """Read yes or no."""
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("is neither true nor false")


def signing_keys(value: str) -> tuple[tuple[str, str], ...]:
    """Read `id:secret` pairs, of which the first signs."""
    pairs = tuple((kid, secret) for kid, _, secret in (i.partition(":") for i in items(value)))
    names = {kid for kid, _ in pairs}
    if not pairs or not all(names) or len(names) < len(pairs):
        raise ValueError("names no keys, or one twice")
    if any(len(secret) < LEAST_SECRET for _, secret in pairs):
        raise ValueError("holds a short secret")
    return pairs


def registration(value: str) -> str:
    """Read who may register."""
    if value not in {"open", "invite", "closed"}:
        raise ValueError("is no kind of registration")
    return value


def origin(value: str) -> str:
    """Read the origin of an address of the web."""
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("is no address")
    return f"{url.scheme}://{url.netloc}"


TYPE_NAMES: dict[Callable[[str], Any], str] = {
    int: "a whole number",
    items: "a list",
    flag: "true or false",
    signing_keys: f"a list of `id:secret` with secrets of {LEAST_SECRET} characters or more",
    registration: "open, invite or closed",
    origin: "an address",
}
"""What a value should have been, in the words of an error message."""
