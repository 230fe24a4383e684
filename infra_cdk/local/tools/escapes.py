"""What servers write in place of characters that would end a field or a line, taken back.

Apache's mod_log_config, nginx's `escape=default` (`\\xHH`) and `escape=json`, and the second
percent-encoding of CloudFront.
"""

import re

_ESCAPE = re.compile(rb"(?:\\u[0-9A-Fa-f]{4})+|\\(?:x[0-9A-Fa-f]{2}|[\"'\\/abfnrtv])")
_LETTERS = dict(zip(b"abfnrtv", (b"\a", b"\b", b"\f", b"\n", b"\r", b"\t", b"\v"), strict=True))
_DOUBLED = re.compile(r"%25([0-9A-Fa-f]{2})")


def unescaped(text: bytes) -> str:
    r"""Return a field as it was sent: `\"`, `\\`, `\n`, `\xHH`, `\uHHHH` are what they stand for.

    `\xHH` are bytes of UTF-8. What is not UTF-8 is U+FFFD, any other backslash is itself.
    """
    if b"\\" in text:
        text = _ESCAPE.sub(_meant, text)
    return text.decode("utf-8", "replace")


def undoubled(text: str) -> str:
    """Return a text with each percent sign that was encoded once more as before (`%2520`)."""
    return _DOUBLED.sub(r"%\1", text)


def _meant(found: re.Match[bytes]) -> bytes:
    escape = found[0]
    match escape[1:2]:
        case b"x":
            return bytes.fromhex(escape[2:].decode())
        case b"u":
            units = bytes.fromhex(escape.replace(rb"\u", b"").decode())
            return units.decode("utf-16-be", "replace").encode()
    return _LETTERS.get(escape[1], escape[1:])
