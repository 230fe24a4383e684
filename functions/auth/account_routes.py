"""The routes of an account itself: its owner's, and those to which mails lead."""

from collections.abc import Callable

from functions.auth.models import (
    ChangedUser,
    Confirmation,
    Done,
    Farewell,
    Forgotten,
    NewInvitation,
    Reset,
    User,
    user_of,
)
from functions.auth.wiring import Auth
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request

_OFTEN = {429: "Too many attempts; `Retry-After` says when to try again."}
_INPUT = {400: "A field is refused.", 413: "The body is too large.", 415: "Not JSON."}


def add(api: HttpApi, auth: Callable[[], Auth]) -> None:
    """Add the routes."""
    _add_profile(api, auth)
    _add_mailed(api, auth)


def _add_profile(api: HttpApi, auth: Callable[[], Auth]) -> None:
    @api.route(
        "GET",
        "/auth/me",
        user=True,
        problems={},
        summary="The caller's account",
        tags=["accounts"],
    )
    def show(request: Request) -> User:
        return user_of(auth().profile.show(request.caller.account))

    @api.route(
        "PATCH",
        "/auth/me",
        user=True,
        problems=_INPUT | _OFTEN,
        summary="Change the caller's account",
        description="A new password ends every log-in but the caller's, whose cookie is renewed.",
        tags=["accounts"],
    )
    def change(request: Request, changes: ChangedUser) -> User:
        account, opened = auth().profile.change(request.caller.account, changes)
        if opened is not None:
            request.add_cookie(auth().cookie.text(opened.refresh_token))
        return user_of(account)

    @api.route(
        "DELETE",
        "/auth/me",
        user=True,
        status=204,
        problems=_INPUT | _OFTEN,
        summary="Delete the caller's account",
        description="Deletes the account and the sites it owns, for good; what is stored of "
        "them goes within minutes.",
        tags=["accounts"],
    )
    def delete(request: Request, farewell: Farewell) -> None:
        auth().profile.delete(request.caller.account, farewell.password)
        request.add_cookie(auth().cookie.cleared())

    @api.route(
        "POST",
        "/auth/me/confirmation",
        user=True,
        problems=_OFTEN,
        summary="Ask for another confirmation mail",
        description="Mails a fresh link where the address is not confirmed yet; else nothing.",
        tags=["accounts"],
    )
    def ask_again(request: Request) -> Done:
        auth().registrar.ask_again(request.caller.account)
        return Done()

    @api.route(
        "POST",
        "/auth/invitations",
        user=True,
        problems=_INPUT | _OFTEN,
        summary="Invite somebody",
        description="Mails an invitation, which works for seven days and for that address only.",
        tags=["accounts"],
    )
    def invite(request: Request, invitation: NewInvitation) -> Done:
        auth().registrar.invite(request.caller.account, invitation.email, invitation.language)
        return Done()


def _add_mailed(api: HttpApi, auth: Callable[[], Auth]) -> None:
    @api.route(
        "POST",
        "/auth/password/forgot",
        public=True,
        problems=_INPUT | _OFTEN,
        summary="Ask for a new password",
        description="Mails a link where the address has an account; the answer does not tell.",
        tags=["accounts"],
    )
    def forgot(request: Request, forgotten: Forgotten) -> Done:
        auth().recovery.forgot(forgotten.email, auth().client(request))
        return Done()

    @api.route(
        "POST",
        "/auth/password/reset",
        public=True,
        problems=_INPUT | _OFTEN,
        summary="Choose a new password",
        description="Takes the token of the mail, once. Every log-in of the account ends.",
        tags=["accounts"],
    )
    def reset(request: Request, chosen: Reset) -> Done:
        auth().recovery.reset(chosen.token, chosen.password, auth().client(request))
        return Done()

    @api.route(
        "POST",
        "/auth/confirm",
        public=True,
        problems=_INPUT | _OFTEN,
        summary="Confirm a mail address",
        description="Takes the token of the mail, once.",
        tags=["accounts"],
    )
    def confirm(request: Request, confirmation: Confirmation) -> Done:
        auth().recovery.confirm(confirmation.token, auth().client(request))
        return Done()
