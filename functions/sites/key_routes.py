"""The routes of API keys, open to logged-in users only: no key can make another."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.sites.keys import Keys
from functions.sites.models import IssuedKey, KeyList, NewKey
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request

KEYS = "/api/v1/keys"


def add(api: HttpApi, keys: Callable[[], Keys]) -> None:
    """Add the routes of keys to an API."""

    @api.route("GET", KEYS, user=True, problems={}, summary="API keys", tags=["keys"])
    def list_keys(request: Request) -> KeyList:
        return keys().all(request.caller.account)

    @api.route(
        "POST",
        KEYS,
        user=True,
        status=201,
        problems={409: "The account has as many keys as it may."},
        summary="Make an API key",
        description="The answer is the only one that holds the key itself.",
        tags=["keys"],
    )
    def issue_key(request: Request, new: NewKey) -> IssuedKey:
        issued = keys().issue(request.caller.account, new)
        request.add_header("Location", f"{KEYS}/{issued.id}")
        return issued

    @api.route(
        "DELETE",
        f"{KEYS}/{{id}}",
        user=True,
        status=204,
        problems={404: "No such key, or not the caller's, or revoked already."},
        summary="Revoke an API key",
        description="It stops at once.",
        tags=["keys"],
    )
    def revoke_key(request: Request, id: Annotated[str, Path(description="The key's id.")]) -> None:  # noqa: A002
        keys().revoke(request.caller.account, id)
