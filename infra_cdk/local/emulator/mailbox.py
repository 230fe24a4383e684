"""The mailbox of this machine: what the functions sent, as a page and as JSON.

The page runs no script and loads nothing; whatever a mail says is text.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from infra_cdk.topology.web import PERMISSIONS

MOST_SHOWN = 100

_LINK = re.compile(r"https?://[^\s<>\"']+")
_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
h1 { font-size: 1.25rem; } h2 { font-size: 1.05rem; margin: 0; }
p { margin: 0; opacity: .75; font-size: .875rem; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "no-referrer",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """A mail as its file holds it."""

    id: str
    to: str
    subject: str
    text: str
    sent_at: str


_decode = msgspec.json.Decoder(Message).decode


class Mailbox:
    """Shows the newest mails of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self) -> list[Message]:
        """Read the newest mails, newest first; a file that is no mail is left out."""
        found = []
        for path in sorted(self._folder.glob("*.json"), reverse=True)[:MOST_SHOWN]:
            try:
                found.append(_decode(path.read_bytes()))
            except (OSError, msgspec.DecodeError):
                continue
        return found

    async def messages(self, _request: Request) -> Response:
        """Return the mails as JSON, each with the links in its text."""
        answer = [
            msgspec.to_builtins(message) | {"links": _LINK.findall(message.text)}
            for message in self.newest()
        ]
        return JSONResponse(answer, headers=_HEADERS)

    async def page(self, _request: Request) -> Response:
        """Return the mails as a page."""
        return HTMLResponse(page(self.newest()), headers=_HEADERS)


def page(messages: list[Message]) -> str:
    """Write mails as a page."""
    articles = "".join(map(_article, messages)) or "<p>No mail has been sent yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Mailbox</title><style>{_STYLE}</style></head>"
        f"<body><h1>Mailbox of this machine</h1>{articles}</body></html>"
    )


def _article(message: Message) -> str:
    to, subject, at = (html.escape(t) for t in (message.to, message.subject, message.sent_at))
    return (
        f'<article><h2>{subject}</h2><p>To {to} · <time datetime="{at}">{at}</time></p>'
        f"<pre>{_linked(message.text)}</pre></article>"
    )


def _linked(text: str) -> str:
    """Escape a text and make its addresses links."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        link = html.escape(found.group())
        parts += [html.escape(text[at : found.start()]), f'<a href="{link}">{link}</a>']
        at = found.end()
    return "".join([*parts, html.escape(text[at:])])
