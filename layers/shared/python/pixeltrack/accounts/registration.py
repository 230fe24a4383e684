"""Who may register, what registration does, and invitations to register."""

import uuid
from dataclasses import dataclass, field

from pixeltrack.accounts import mails, throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.ports import (
    Accounts,
    Invitations,
    NewAccount,
    OneTimeTokens,
    PasswordHasher,
)
from pixeltrack.accounts.sessions import OpenedSession, Sessions
from pixeltrack.accounts.tokens import INVITATION_LIFETIME, Purpose, token_hash
from pixeltrack.platform.errors import FieldError, Forbidden, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class Registration:
    """A person who wants an account; `invitation` is the token of an invitation."""

    email: str
    password: str = field(repr=False)
    name: str | None = None
    language: Language = Language.ENGLISH
    invitation: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Registrar:
    """Creates accounts; `mode` is `open`, `invite` or `closed`."""

    context: AccountContext
    mode: str
    accounts: Accounts
    invitations: Invitations
    one_time_tokens: OneTimeTokens
    hasher: PasswordHasher
    sessions: Sessions

    def register(self, wanted: Registration, client: str) -> OpenedSession:
        """Create an account and log it in.

        Raise `Forbidden` where the person may not register, `Refused` (409) where the address is
        taken.
        """
        self.context.count(throttles.REGISTRATIONS_FROM_ADDRESS, client)
        is_invited = self._is_invited(wanted)
        if self.mode == "closed":
            raise Forbidden("Registration is closed.")
        if self.mode == "invite" and not is_invited:
            raise Forbidden("Registration needs a valid invitation for this address.")
        new = NewAccount(
            id=AccountId(str(uuid.uuid4())),
            email=wanted.email,
            name=wanted.name,
            language=wanted.language,
            password_hash=self.hasher.hash(wanted.password),
            confirmed_at=self.context.now() if is_invited else None,
        )
        used = token_hash(wanted.invitation) if wanted.invitation and is_invited else None
        account = self.accounts.add(new, invitation=used)
        if account is None:
            raise Refused(409, FieldError("email", "has an account already"))
        if not is_invited:
            self._ask_to_confirm(account.id, account.email, account.language)
        return self.sessions.open(account)

    def ask_again(self, owner: AccountId) -> None:
        """Send another link to confirm the address, unless it is confirmed."""
        self.context.count(throttles.CONFIRMATIONS_OF_ACCOUNT, owner)
        known = self.accounts.find(owner)
        if known is None:
            raise Unauthenticated("invalid_token")
        account = known.account
        if account.confirmed_at is None:
            self._ask_to_confirm(account.id, account.email, account.language)

    def invite(self, by: AccountId, email: str, language: Language) -> None:
        """Send an invitation; never reveal whether the address has an account already."""
        self.context.count(throttles.INVITATIONS_OF_ACCOUNT, by)
        if self.mode == "closed":
            raise Forbidden("Registration is closed.")
        if self.accounts.find(by) is None:
            raise Unauthenticated("invalid_token")
        token, now = self.context.new_token(), self.context.now()
        until = now + INVITATION_LIFETIME
        self.invitations.add(token_hash(token), email, by, until=until, now=now)
        self.context.post(mails.invitation(email, language, self.context.origin, token))

    def _is_invited(self, wanted: Registration) -> bool:
        if wanted.invitation is None:
            return False
        invited = self.invitations.email_of(token_hash(wanted.invitation), now=self.context.now())
        return invited is not None and invited.lower() == wanted.email.lower()

    def _ask_to_confirm(self, account: AccountId, email: str, language: Language) -> None:
        token, now = self.context.new_token(), self.context.now()
        purpose = Purpose.CONFIRM
        self.one_time_tokens.add(
            token_hash(token), purpose, account, until=now + purpose.lifetime, now=now
        )
        self.context.post(mails.confirmation(email, language, self.context.origin, token))
