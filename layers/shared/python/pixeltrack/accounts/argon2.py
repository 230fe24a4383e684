"""Password hashes by Argon2id."""

import argon2


class Argon2Hasher:
    """Hashes with the library's own parameters (RFC 9106, low-memory profile)."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher()
        cost = f"m={self._hasher.memory_cost},t={self._hasher.time_cost}"
        self._nobodys = f"$argon2id$v=19${cost},p={self._hasher.parallelism}${'A' * 22}${'A' * 43}"

    def hash(self, password: str) -> str:
        """Return a salted hash; takes about 50 ms."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password matches; None takes the same time and never matches."""
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the library would now hash with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)
