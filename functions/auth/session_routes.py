"""The routes by which people come and go: register, log in, refresh, log out."""

from collections.abc import Callable

from functions.auth.cookies import NAME
from functions.auth.doors import Opened
from functions.auth.models import Done, Login, Logout, Registration, Session, user_of
from functions.auth.wiring import Auth
from pixeltrack.accounts.tokens import ACCESS_LIFETIME
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request

_OFTEN = {429: "Too many attempts; `Retry-After` says when to try again."}
_FOREIGN = {403: "The request comes from a page of another origin."}
_INPUT = {400: "A field is refused.", 413: "The body is too large.", 415: "Not JSON."}


def add(api: HttpApi, auth: Callable[[], Auth]) -> None:
    """Add the routes; each answer that opens a log-in sets the refresh cookie."""

    def session(request: Request, opened: Opened) -> Session:
        request.add_cookie(auth().cookie.text(opened.refresh_token))
        return Session(
            token=opened.access_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            user=user_of(opened.account),
        )

    def client(request: Request) -> str:
        auth().cookie.check_origin(request.headers.get("origin"))
        return auth().client(request)

    @api.route(
        "POST",
        "/auth/register",
        public=True,
        status=201,
        problems=_INPUT
        | _OFTEN
        | {
            403: "Registration is closed, or needs a valid invitation.",
            409: "The address has an account already.",
        },
        summary="Register",
        description="Makes an account, mails a link to confirm its address, and logs in.",
        tags=["accounts"],
    )
    def register(request: Request, wanted: Registration) -> Session:
        opened = auth().registrar.register(wanted, client(request))
        request.add_header("Location", "/auth/me")
        return session(request, opened)

    @api.route(
        "POST",
        "/auth/login",
        public=True,
        problems=_INPUT | _OFTEN | _FOREIGN | {401: "The address or the password is wrong."},
        summary="Log in",
        description="Answers an access token and sets the cookie by which it is renewed.",
        tags=["accounts"],
    )
    def log_in(request: Request, proof: Login) -> Session:
        return session(request, auth().doors.log_in(proof.email, proof.password, client(request)))

    @api.route(
        "POST",
        "/auth/refresh",
        public=True,
        problems=_OFTEN | _FOREIGN | {401: "There is no log-in, or it has ended."},
        summary="Renew the access token",
        description=(
            "Takes the refresh cookie and sets its successor. Within 10 seconds the same cookie "
            "gets the same successor; its use after that ends the log-in."
        ),
        tags=["accounts"],
    )
    def refresh(request: Request) -> Session:
        sender = client(request)
        return session(request, auth().doors.refresh(request.cookie(NAME), sender))

    @api.route(
        "POST",
        "/auth/logout",
        public=True,
        problems=_INPUT | _FOREIGN,
        summary="Log out",
        description="Ends the log-in of the refresh cookie, or every log-in of its account.",
        tags=["accounts"],
    )
    def log_out(request: Request, which: Logout | None = None) -> Done:
        client(request)
        everywhere = which is not None and which.everywhere
        auth().doors.log_out(request.cookie(NAME), everywhere=everywhere)
        request.add_cookie(auth().cookie.cleared())
        return Done()
