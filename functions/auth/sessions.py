"""Log-ins as the API takes and shows them: register, log in, refresh, log out."""

from collections.abc import Callable

from pydantic import Field

from functions.auth.accounts import (
    RULES,
    Done,
    Email,
    KnownEmail,
    NewPassword,
    Password,
    Token,
    User,
    user_of,
)
from functions.auth.cookies import FOREIGN
from functions.auth.wiring import Auth
from pixeltrack.accounts import registration
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.sessions import OpenedSession
from pixeltrack.accounts.tokens import ACCESS_LIFETIME
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import BAD_INPUT, TOO_OFTEN
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import Label, Shape, View


class Registration(Shape):
    """An account to be made."""

    email: Email = Field(description="Mail address; unique, however it is spelled.")
    password: NewPassword = Field(description=RULES)
    name: Label | None = Field(default=None, description="What the person is called.")
    language: Language = Field(
        default=Language.ENGLISH, description="Language of dashboard and mails."
    )
    invitation: Token | None = Field(
        default=None, description="The token of an invitation; needed where only invited may."
    )

    def wanted(self) -> registration.Registration:
        """Return the input of the use case."""
        return registration.Registration(**self.model_dump())


class Login(Shape):
    """Proof of who logs in."""

    email: KnownEmail = Field(description="Mail address, however it is spelled.")
    password: Password = Field(description="The account's password.")


class Logout(Shape):
    """Which log-ins end."""

    everywhere: bool = Field(
        default=False, description="Whether all the account's log-ins end, not this one alone."
    )


class Session(View):
    """A log-in: the access token, for `Authorization: Bearer`, and whose it is.

    The refresh token is in the cookie `pixeltrack_refresh`.
    """

    token: str = Field(description="Access token (JWT).")
    expires_in: int = Field(description="Seconds for which the token is believed.")
    user: User = Field(description="Whose log-in it is.")


def add(api: HttpApi, auth: Callable[[], Auth]) -> None:
    """Add the routes; each answer that opens a log-in sets the refresh cookie."""

    def session(request: Request, opened: OpenedSession) -> Session:
        request.add_cookie(auth().cookie.text(opened.refresh_token))
        request.add_cookie(auth().cookie.device(opened.device_token))
        return Session(
            token=opened.access_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            user=user_of(opened.account),
        )

    def client(request: Request) -> str:
        auth().cookie.check_origin(request.headers)
        return auth().client(request)

    @api.route(
        "POST",
        "/auth/register",
        public=True,
        status=201,
        problems=BAD_INPUT
        | TOO_OFTEN
        | {
            403: "Registration is closed, or needs a valid invitation.",
            409: "The address has an account already.",
        },
        summary="Register",
        description="Makes an account, mails a link to confirm its address, and logs in.",
        tags=["accounts"],
    )
    def register(request: Request, wanted: Registration) -> Session:
        opened = auth().registrar.register(wanted.wanted(), client(request))
        request.add_header("Location", "/auth/me")
        return session(request, opened)

    @api.route(
        "POST",
        "/auth/login",
        public=True,
        problems=BAD_INPUT | TOO_OFTEN | FOREIGN | {401: "The address or the password is wrong."},
        summary="Log in",
        description="Answers an access token and sets the cookie by which it is renewed, and one "
        "by which the browser is known: strangers' attempts do not shut it out.",
        tags=["accounts"],
    )
    def log_in(request: Request, proof: Login) -> Session:
        sender, device = auth().client(request), auth().cookie.known_device(request)
        return session(request, auth().sessions.log_in(proof.email, proof.password, sender, device))

    @api.route(
        "POST",
        "/auth/refresh",
        public=True,
        problems=TOO_OFTEN | FOREIGN | {401: "There is no log-in, or it has ended."},
        summary="Renew the access token",
        description=(
            "Takes the refresh cookie and sets its successor. Within 10 seconds the same cookie "
            "gets the same successor; its use after that ends the log-in."
        ),
        tags=["accounts"],
    )
    def refresh(request: Request) -> Session:
        token = auth().cookie.token(request)
        return session(request, auth().sessions.refresh(token, client(request)))

    @api.route(
        "POST",
        "/auth/logout",
        public=True,
        problems=BAD_INPUT | FOREIGN,
        summary="Log out",
        description="Ends the log-in of the refresh cookie, or every log-in of its account.",
        tags=["accounts"],
    )
    def log_out(request: Request, which: Logout | None = None) -> Done:
        everywhere = which is not None and which.everywhere
        auth().sessions.log_out(auth().cookie.token(request), everywhere=everywhere)
        request.add_cookie(auth().cookie.cleared())
        return Done()
