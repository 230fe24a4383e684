"""Accounts as the API takes and shows them; routes for their owners and for links in mails."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from functions.auth.cookies import FOREIGN
from functions.auth.wiring import Auth
from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.emails import MOST_EMAIL, given_email, known_email
from pixeltrack.accounts.passwords import password_fault
from pixeltrack.accounts.profile import ProfileChanges
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import BAD_INPUT, TOO_OFTEN
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, LINE, Label, Shape, View, absent, spelled
from pixeltrack.platform.instants import iso_at


def _new_password(text: str) -> str:
    fault = password_fault(text)
    if fault is not None:
        raise PydanticCustomError("password", "{fault}", {"fault": fault})
    return text


_SECRET: JsonDict = {"format": "password"}

_ADDRESS = Field(max_length=MOST_EMAIL, examples=["name@example.com"])

Email = Annotated[
    str, _ADDRESS, spelled(given_email, "must be a mail address, as in name@example.com")
]
KnownEmail = Annotated[
    str, _ADDRESS, spelled(known_email, "must be a mail address, as in name@example.com")
]
Password = Annotated[str, Field(max_length=200, json_schema_extra=_SECRET), LINE]
NewPassword = Annotated[Password, AfterValidator(_new_password)]
Token = Annotated[str, Field(min_length=1, max_length=200)]

RULES = (
    "Longer than 8 characters without blanks, at least 4 of them different, with a letter and a "
    "digit; neither one of the most common ones nor made of the mail address."
)


class User(View):
    """An account."""

    id: str = Field(description="The account's id.")
    email: str = Field(description="Mail address.")
    name: str | None = Field(description="What the person is called.")
    language: Language = Field(description="Language of dashboard and mails.")
    confirmed: bool = Field(description="Whether the mail address was shown to be theirs.")
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)


class ChangedUser(Shape):
    """What is to change of an account; what is left out stays."""

    name: Label | None = Field(default=None, description="What the person is called; may be null.")
    language: Language = absent("Language of dashboard and mails.")
    password: NewPassword = absent(f"A new password, which ends all log-ins. {RULES}")
    current_password: Password = absent("The password so far; needed with `password`.")
    revoke_keys: bool = Field(
        default=False, description="Whether a new password revokes the API keys, too."
    )

    def changes(self) -> ProfileChanges:
        """Return the changes that were sent."""
        changes: Any = self.model_dump(exclude_unset=True)
        sent: ProfileChanges = changes
        return sent


class Farewell(Shape):
    """Proof that the account's owner wants it deleted."""

    password: Password = Field(description="The account's password.")


class Forgotten(Shape):
    """Whose password was forgotten."""

    email: KnownEmail = Field(description="Mail address of the account.")


class Reset(Shape):
    """A new password in the place of a forgotten one."""

    token: Token = Field(description="The token from the mail.")
    password: NewPassword = Field(description=RULES)
    revoke_keys: bool = Field(default=True, description="Whether the API keys are revoked, too.")


class Confirmation(Shape):
    """Proof that a mail arrived."""

    token: Token = Field(description="The token from the mail.")
    password: NewPassword | None = Field(
        default=None,
        description="The account's password from then on; needed where the request has no cookie "
        f"of a log-in of the account. {RULES}",
    )


class NewInvitation(Shape):
    """Whom to invite."""

    email: Email = Field(description="Mail address to which the invitation goes.")
    language: Language = Field(default=Language.ENGLISH, description="Language of the mail.")


class Done(View):
    """It is done, and there is nothing to say."""

    done: bool = Field(default=True, description="Always true.")


def user_of(account: Account) -> User:
    """Return an account as the API shows it."""
    return User(
        id=account.id,
        email=account.email,
        name=account.name,
        language=account.language,
        confirmed=account.confirmed_at is not None,
        created_at=iso_at(account.created_at),
    )


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
        problems=BAD_INPUT | TOO_OFTEN,
        summary="Change the caller's account",
        description="A new password ends every log-in and opens one for the caller, whose cookie "
        "is renewed; the access token has ended with its log-in. The owner is told by mail.",
        tags=["accounts"],
    )
    def change(request: Request, changes: ChangedUser) -> User:
        client = auth().client(request)
        account, opened = auth().profile.change(request.caller.account, changes.changes(), client)
        if opened is not None:
            request.add_cookie(auth().cookie.text(opened.refresh_token))
            request.add_cookie(auth().cookie.device(opened.device_token))
        return user_of(account)

    @api.route(
        "DELETE",
        "/auth/me",
        user=True,
        status=204,
        problems=BAD_INPUT | TOO_OFTEN,
        summary="Delete the caller's account",
        description="Deletes the account and the sites it owns, for good; what is stored of "
        "them goes within minutes.",
        tags=["accounts"],
    )
    def delete(request: Request, farewell: Farewell) -> None:
        client = auth().client(request)
        auth().profile.delete(request.caller.account, farewell.password, client)
        request.add_cookie(auth().cookie.cleared())

    @api.route(
        "POST",
        "/auth/me/confirmation",
        user=True,
        problems=TOO_OFTEN,
        summary="Ask for another confirmation mail",
        description="Mails a fresh link where the address is not confirmed yet; else nothing.",
        tags=["accounts"],
    )
    def ask_again(request: Request) -> Done:
        auth().registrar.ask_again(request.caller.account, auth().client(request))
        return Done()

    @api.route(
        "POST",
        "/auth/invitations",
        user=True,
        problems=BAD_INPUT
        | TOO_OFTEN
        | {403: "The account is not confirmed, registration is closed, or an API key asks."},
        summary="Invite somebody",
        description="Mails an invitation, which works for seven days and for that address only. "
        "One that is repeated within the hour is not mailed again.",
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
        problems=BAD_INPUT | TOO_OFTEN | FOREIGN,
        summary="Ask for a new password",
        description="Mails a link where the address has an account; the answer does not tell.",
        tags=["accounts"],
    )
    def forgot(request: Request, forgotten: Forgotten) -> Done:
        device = auth().cookie.known_device(request)
        auth().recovery.forgot(forgotten.email, auth().client(request), device)
        return Done()

    @api.route(
        "POST",
        "/auth/password/reset",
        public=True,
        problems=BAD_INPUT | TOO_OFTEN,
        summary="Choose a new password",
        description="Takes the token of the mail, once. Every log-in of the account ends, and its "
        "API keys unless they are to stay. The owner is told by mail.",
        tags=["accounts"],
    )
    def reset(request: Request, chosen: Reset) -> Done:
        auth().recovery.reset(
            chosen.token,
            chosen.password,
            auth().client(request),
            revoke_keys=chosen.revoke_keys,
        )
        return Done()

    @api.route(
        "POST",
        "/auth/confirm",
        public=True,
        problems=BAD_INPUT | TOO_OFTEN | FOREIGN,
        summary="Confirm a mail address",
        description="Takes the token of the mail, once. The first time, all that was made before "
        "ends: every log-in but that of the cookie, API keys, invitations, other links. Without "
        "the cookie of a log-in of the account, `password` is needed and becomes its password.",
        tags=["accounts"],
    )
    def confirm(request: Request, confirmation: Confirmation) -> Done:
        auth().recovery.confirm(
            confirmation.token,
            auth().client(request),
            refresh_token=auth().cookie.token(request),
            password=confirmation.password,
        )
        return Done()
