"""Accounts as the API takes and shows them: camelCase JSON."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.argon2 import is_common
from pixeltrack.accounts.emails import normalised_email
from pixeltrack.accounts.passwords import password_fault
from pixeltrack.platform.instants import iso_at
from pixeltrack.platform.texts import is_line

_INSTANT: JsonDict = {"format": "date-time", "examples": ["2026-11-22T10:00:00.000Z"]}


def _email(text: str) -> str:
    email = normalised_email(text)
    if email is None:
        raise PydanticCustomError("email", "must be a mail address, as in name@example.com")
    return email


def _new_password(text: str) -> str:
    fault = password_fault(_printable(text), is_common)
    if fault is not None:
        raise PydanticCustomError("password", "{fault}", {"fault": fault})
    return text


def _printable(text: str) -> str:
    if not is_line(text):
        raise PydanticCustomError("unfit", "must not contain control characters")
    return text


Email = Annotated[str, Field(max_length=254, examples=["name@example.com"]), AfterValidator(_email)]
NewPassword = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"format": "password"}),
    AfterValidator(_new_password),
]
Password = Annotated[
    str, Field(max_length=200, json_schema_extra={"format": "password"}), AfterValidator(_printable)
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
]
Token = Annotated[str, Field(min_length=1, max_length=200)]

_RULES = "Longer than 8 characters, with a letter and a digit, and not one of the most common ones."


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class Registration(_Shape):
    """An account to be made."""

    email: Email = Field(description="Mail address; unique without regard to case.")
    password: NewPassword = Field(description=_RULES)
    name: Name | None = Field(default=None, description="What the person is called.")
    language: Language = Field(
        default=Language.ENGLISH, description="Language of dashboard and mails."
    )
    invitation: Token | None = Field(
        default=None, description="The token of an invitation; needed where only invited may."
    )


class Login(_Shape):
    """Proof of who logs in."""

    email: Email = Field(description="Mail address, whatever its case.")
    password: Password = Field(description="The account's password.")


class Logout(_Shape):
    """Which log-ins end."""

    everywhere: bool = Field(
        default=False, description="Whether all the account's log-ins end, not this one alone."
    )


def _absent(description: str) -> Any:
    """Declare a field that may be left out, but not be null."""
    return Field(default_factory=lambda: None, description=description)


class ChangedUser(_Shape):
    """What is to change of an account; what is left out stays."""

    name: Name | None = Field(default=None, description="What the person is called; may be null.")
    language: Language = _absent("Language of dashboard and mails.")
    password: NewPassword = _absent(f"A new password, which ends all log-ins. {_RULES}")
    current_password: Password = _absent("The password so far; needed with `password`.")


class Farewell(_Shape):
    """Proof that the account's owner wants it deleted."""

    password: Password = Field(description="The account's password.")


class Forgotten(_Shape):
    """Whose password was forgotten."""

    email: Email = Field(description="Mail address of the account.")


class Reset(_Shape):
    """A new password in the place of a forgotten one."""

    token: Token = Field(description="The token from the mail.")
    password: NewPassword = Field(description=_RULES)


class Confirmation(_Shape):
    """Proof that a mail arrived."""

    token: Token = Field(description="The token from the mail.")


class NewInvitation(_Shape):
    """Whom to invite."""

    email: Email = Field(description="Mail address to which the invitation goes.")
    language: Language = Field(default=Language.ENGLISH, description="Language of the mail.")


class User(_Shape):
    """An account."""

    id: str = Field(description="The account's id.")
    email: str = Field(description="Mail address.")
    name: str | None = Field(description="What the person is called.")
    language: Language = Field(description="Language of dashboard and mails.")
    confirmed: bool = Field(description="Whether the mail address was shown to be theirs.")
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=_INSTANT)


class Session(_Shape):
    """A log-in: the access token, for `Authorization: Bearer`, and whose it is.

    The refresh token is in the cookie `pixeltrack_refresh`.
    """

    token: str = Field(description="Access token (JWT).")
    expires_in: int = Field(description="Seconds for which the token is believed.")
    user: User = Field(description="Whose log-in it is.")


class Done(_Shape):
    """It is done, and there is nothing to say."""

    done: bool = Field(default=True, description="Always true.")


def user_of(account: Account) -> User:
    """Show an account."""
    return User(
        id=account.id,
        email=account.email,
        name=account.name,
        language=account.language,
        confirmed=account.confirmed_at is not None,
        created_at=iso_at(account.created_at),
    )
