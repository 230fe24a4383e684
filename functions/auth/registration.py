"""Who may register, and what happens then; invitations to do so."""

import uuid
from dataclasses import dataclass

from functions.auth import mails, models
from functions.auth.doors import Doors, Opened
from functions.auth.world import World
from pixeltrack.accounts import throttles
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.ports import (
    Accounts,
    Invitations,
    NewAccount,
    OneTimeTokens,
    PasswordHasher,
)
from pixeltrack.accounts.tokens import INVITATION_LIFETIME, Purpose, token_hash
from pixeltrack.platform.errors import FieldError, Forbidden, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class Registrar:
    """Makes accounts; `mode` is `open`, `invite` or `closed`."""

    world: World
    mode: str
    accounts: Accounts
    invitations: Invitations
    one_time_tokens: OneTimeTokens
    hasher: PasswordHasher
    doors: Doors

    def register(self, wanted: models.Registration, client: str) -> Opened:
        """Make an account and log it in.

        Raises `Forbidden` where the person may not register, `Refused` (409) where the address
        is taken.
        """
        self.world.count(throttles.REGISTRATIONS_FROM_ADDRESS, client)
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
            confirmed_at=self.world.now() if is_invited else None,
        )
        used = token_hash(wanted.invitation) if wanted.invitation and is_invited else None
        account = self.accounts.add(new, invitation=used)
        if account is None:
            raise Refused(409, FieldError("email", "has an account already"))
        if not is_invited:
            self._ask_to_confirm(account.id, account.email, account.language)
        return self.doors.open(account)

    def ask_again(self, owner: AccountId) -> None:
        """Send another link to confirm the address, unless that is done."""
        self.world.count(throttles.CONFIRMATIONS_OF_ACCOUNT, owner)
        known = self.accounts.find(owner)
        if known is None:
            raise Unauthenticated("invalid_token")
        account = known.account
        if account.confirmed_at is None:
            self._ask_to_confirm(account.id, account.email, account.language)

    def invite(self, by: AccountId, email: str, language: Language) -> None:
        """Send an invitation; whether the address has an account already is not told."""
        self.world.count(throttles.INVITATIONS_OF_ACCOUNT, by)
        if self.mode == "closed":
            raise Forbidden("Registration is closed.")
        if self.accounts.find(by) is None:
            raise Unauthenticated("invalid_token")
        token, now = self.world.new_token(), self.world.now()
        until = now + INVITATION_LIFETIME
        self.invitations.add(token_hash(token), email, by, until=until, now=now)
        self.world.post(mails.invitation(email, language, self.world.origin, token))

    def _is_invited(self, wanted: models.Registration) -> bool:
        if wanted.invitation is None:
            return False
        invited = self.invitations.email_of(token_hash(wanted.invitation), now=self.world.now())
        return invited is not None and invited.lower() == wanted.email.lower()

    def _ask_to_confirm(self, account: AccountId, email: str, language: Language) -> None:
        token, now = self.world.new_token(), self.world.now()
        purpose = Purpose.CONFIRM
        self.one_time_tokens.add(
            token_hash(token), purpose, account, until=now + purpose.lifetime, now=now
        )
        self.world.post(mails.confirmation(email, language, self.world.origin, token))
