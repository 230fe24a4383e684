"""API keys as the API takes and shows them, and their routes, which no key may call."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from functions.auth.accounts import Password
from functions.auth.wiring import Auth
from pixeltrack.accounts.keys import Scope
from pixeltrack.accounts.ports import KeyEntry
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import BAD_INPUT, TOO_OFTEN
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, Label, Shape, View
from pixeltrack.platform.instants import iso_at

KEYS = "/api/v1/keys"

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]

_Key = Annotated[str, Path(description="The key's id.")]


class NewKey(Shape):
    """An API key to be made."""

    name: Label = Field(description="What its owner calls it.")
    scopes: Scopes = Field(description="What it may do.")
    current_password: Password = Field(description="The account's password.")


class KeyView(View):
    """An API key, without the key."""

    id: str = Field(description="The key's id, by which it is revoked.")
    name: str = Field(description="What its owner calls it.")
    prefix: str = Field(description="How the key begins.", examples=["ptk_Ab3dE6gH"])
    scopes: list[Scope] = Field(description="What it may do.")
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)


class IssuedKey(KeyView):
    """A new API key: the only answer that holds the key itself."""

    key: str = Field(description="The key; it is shown this once and stored only as a hash.")


class KeyList(View):
    """API keys, oldest first."""

    keys: list[KeyView] = Field(description="All live keys of the account.")


def key_view(entry: KeyEntry) -> KeyView:
    """Return a key as the list shows it; a scope that no longer exists is left out."""
    return KeyView(
        id=entry.id,
        name=entry.name,
        prefix=entry.prefix,
        scopes=[scope for scope in Scope if scope in entry.scopes],
        created_at=iso_at(entry.created_at),
    )


def add(api: HttpApi, auth: Callable[[], Auth]) -> None:
    """Add the routes of keys to an API."""

    @api.route("GET", KEYS, user=True, problems={}, summary="API keys", tags=["keys"])
    def list_keys(request: Request) -> KeyList:
        return KeyList(keys=[key_view(entry) for entry in auth().keys.all(request.caller.account)])

    @api.route(
        "POST",
        KEYS,
        user=True,
        status=201,
        problems=BAD_INPUT
        | TOO_OFTEN
        | {
            403: "The account is not confirmed, or an API key asks.",
            409: "The account has as many keys as it may.",
        },
        summary="Make an API key",
        description="The answer is the only one that holds the key itself. The account must be "
        "confirmed; its owner is told by mail.",
        tags=["keys"],
    )
    def issue_key(request: Request, new: NewKey) -> IssuedKey:
        caller = request.caller
        issued = auth().keys.issue(
            caller.account,
            caller.log_in or "",
            new.name,
            frozenset(new.scopes),
            password=new.current_password,
            client=auth().client(request),
        )
        request.add_header("Location", f"{KEYS}/{issued.entry.id}")
        return IssuedKey(**key_view(issued.entry).model_dump(), key=issued.key)

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
    def revoke_key(request: Request, id: _Key) -> None:  # noqa: A002 - the name in the path
        auth().keys.revoke(request.caller.account, id)
