"""Who may register, what registration does, and invitations to register."""

import uuid
from dataclasses import dataclass, field

from pixeltrack.accounts import mails, throttles
from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.emails import canonical_email
from pixeltrack.accounts.passwords import check_password
from pixeltrack.accounts.ports import (
    Accounts,
    Invitations,
    NewAccount,
    OneTimeTokens,
    PasswordHasher,
)
from pixeltrack.accounts.sessions import OpenedSession, Sessions
from pixeltrack.accounts.tokens import INVITATION_LIFETIME, Purpose, token_hash
from pixeltrack.platform.errors import (
    FieldError,
    Forbidden,
    Refused,
    Throttled,
    Unauthenticated,
)
from pixeltrack.platform.identifiers import AccountId

_TAKEN = Refused(409, FieldError("email", "has an account already"))


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
        taken; where it was never confirmed, whom it belongs to gets a link to take it over.
        """
        self.context.count(throttles.REGISTRATIONS_FROM_ADDRESS, client)
        invited = self._invited_email(wanted)
        is_invited = invited is not None
        if self.mode == "closed":
            raise Forbidden("Registration is closed.")
        if self.mode == "invite" and not is_invited:
            raise Forbidden("Registration needs a valid invitation for this address.")
        check_password(wanted.password, wanted.email)
        taken = self.accounts.find_by_email(wanted.email)
        if taken is not None:
            self._offer(taken.account)
            raise _TAKEN
        new = NewAccount(
            id=AccountId(str(uuid.uuid4())),
            email=invited or wanted.email,
            name=wanted.name,
            language=wanted.language,
            password_hash=self.hasher.hash(wanted.password),
            confirmed_at=self.context.now() if is_invited else None,
        )
        used = token_hash(wanted.invitation) if wanted.invitation and is_invited else None
        account = self.accounts.add(new, invitation=used)
        if account is None:
            raise _TAKEN
        self._offer(account)
        return self.sessions.open(account)

    def ask_again(self, owner: AccountId, client: str) -> None:
        """Send another link to confirm the address, unless it is confirmed."""
        self.context.count(throttles.CONFIRMATIONS_OF_ACCOUNT_FROM_ADDRESS, owner, client)
        known = self.accounts.find(owner)
        if known is None:
            raise Unauthenticated("invalid_token")
        account = known.account
        self.context.count(throttles.CONFIRMATIONS_TO_MAILBOX, canonical_email(account.email))
        if account.confirmed_at is None:
            self._ask_to_confirm(account)

    def invite(self, by: AccountId, email: str, language: Language) -> None:
        """Send an invitation; never reveal whether the address has an account already.

        Raise `Forbidden` for an account that is not confirmed. Who was invited by the account a
        while ago gets no second mail.
        """
        self.context.count(throttles.INVITATIONS_OF_ACCOUNT, by)
        if self.mode == "closed":
            raise Forbidden("Registration is closed.")
        known = self.accounts.find(by)
        if known is None:
            raise Unauthenticated("invalid_token")
        known.account.require_confirmed()
        recipient = canonical_email(email)
        if not self.context.allows(throttles.INVITATIONS_REPEATED, by, recipient):
            return
        try:
            self.context.count(throttles.INVITATIONS_TO_ADDRESS, recipient)
        except Throttled:
            self.context.forgive(throttles.INVITATIONS_REPEATED, by, recipient)
            raise
        token, now = self.context.new_token(), self.context.now()
        until = now + INVITATION_LIFETIME
        self.invitations.add(token_hash(token), email, by, until=until, now=now)
        self.context.post(mails.invitation(email, language, self.context.origin, token))

    def _offer(self, account: Account) -> None:
        """Let whom a mail reaches confirm the address, unless it is confirmed.

        That ends whatever a stranger made before. Whoever registers an address again and again
        fills no mailbox.
        """
        mailbox = canonical_email(account.email)
        is_open = account.confirmed_at is None
        if is_open and self.context.allows(throttles.CONFIRMATIONS_TO_MAILBOX, mailbox):
            self._ask_to_confirm(account)

    def _invited_email(self, wanted: Registration) -> str | None:
        """Return the address, as it is spelled where the invitation arrived; None without one."""
        if wanted.invitation is None:
            return None
        invited = self.invitations.email_of(token_hash(wanted.invitation), now=self.context.now())
        is_same = invited and canonical_email(invited) == canonical_email(wanted.email)
        return invited if is_same else None

    def _ask_to_confirm(self, account: Account) -> None:
        token, now = self.context.new_token(), self.context.now()
        purpose = Purpose.CONFIRM
        self.one_time_tokens.add(
            token_hash(token), purpose, account.id, until=now + purpose.lifetime, now=now
        )
        self.context.post(
            mails.confirmation(account.email, account.language, self.context.origin, token)
        )
