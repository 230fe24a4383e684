"""CORS: pages of the listed origins may read the API's responses, with credentials."""

from collections.abc import Collection, Mapping

PREFLIGHT_MAX_AGE_S = 300
_EXPOSED = "X-Request-Id, Retry-After, Location, Link, X-Next, Content-Disposition"


def answer_headers(allowed: Collection[str], origin: str | None) -> dict[str, str]:
    """Return any response's headers; `Vary` keeps one origin's response from another's cache."""
    if not allowed:
        return {}
    if origin is None or origin not in allowed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": _EXPOSED,
    }


def preflight_headers(answer: Mapping[str, str], methods: Collection[str]) -> dict[str, str]:
    """Return what a preflight adds to `answer`; nothing where the origin is not allowed."""
    if "Access-Control-Allow-Origin" not in answer:
        return {}
    return {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE_S),
    }
