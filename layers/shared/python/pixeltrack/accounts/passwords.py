"""Which passwords an account may have."""

from functools import cache
from importlib import resources

LEAST_CHARACTERS = 9
MOST_CHARACTERS = 200


def password_fault(password: str) -> str | None:
    """Return the rule that a password breaks, worded for its owner, or None."""
    if len(password) < LEAST_CHARACTERS:
        return f"must be longer than {LEAST_CHARACTERS - 1} characters"
    if len(password) > MOST_CHARACTERS:
        return f"must not be longer than {MOST_CHARACTERS} characters"
    if not any(c.isalpha() for c in password):
        return "must contain a letter"
    if not any(c.isdigit() for c in password):
        return "must contain a digit"
    if password.lower() in _common():
        return "is one of the most common passwords"
    return None


@cache
def _common() -> frozenset[str]:
    """Read those of the 30,000 most common passwords that no other rule refuses."""
    file = resources.files(__package__) / "common_passwords.txt"
    return frozenset(file.read_text().split())
