"""Headers that protect whoever reads an answer, whatever it is."""

NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_HSTS = {"Strict-Transport-Security": f"max-age={365 * 24 * 3600}"}


def protection(stage: str) -> dict[str, str]:
    """Return the headers of every answer: its type is what it says, and HTTPS is kept to.

    One machine has no HTTPS, so the stage `local` does not ask for it.
    """
    return NOSNIFF if stage == "local" else NOSNIFF | _HSTS
