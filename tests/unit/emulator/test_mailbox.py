import asyncio
import json
import re
from pathlib import Path
from typing import Any

from starlette.requests import Request

from infra_cdk.local.emulator.mailbox import MOST_SHOWN, Mailbox
from pixeltrack.platform.mail import FolderMailer, Mail

LINK = "https://x.example/confirm?token=a&next=b"
HOSTILE = "<script>alert(1)</script>"


def answered(respond: Any) -> tuple[int, dict[str, str], str]:
    answer = asyncio.run(respond(Request({"type": "http"})))
    return answer.status_code, dict(answer.headers), bytes(answer.body).decode()


def test_mails_are_listed_newest_first_with_their_links(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    for n in range(3):
        mailer.send(Mail(f"a{n}@x.example", f"Mail {n}", f"Hello\n\n{LINK}\n"))
    status, headers, body = answered(Mailbox(tmp_path).messages)
    found = json.loads(body)
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert [m["subject"] for m in found] == ["Mail 2", "Mail 1", "Mail 0"]
    assert set(found[0]) == {"id", "to", "subject", "text", "sentAt", "links"}
    assert found[0]["links"] == [LINK]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found[0]["sentAt"])


def test_an_empty_mailbox_is_a_page_too(tmp_path: Path) -> None:
    status, _, body = answered(Mailbox(tmp_path / "nowhere").page)
    assert status == 200
    assert "No mail" in body


def test_whatever_a_mail_says_is_text(tmp_path: Path) -> None:
    text = f'{HOSTILE} {LINK} https://x.example/"onclick="alert(1) javascript:alert(1) {HOSTILE}'
    FolderMailer(tmp_path).send(Mail(HOSTILE, HOSTILE, text))
    status, headers, body = answered(Mailbox(tmp_path).page)
    assert status == 200
    assert "<script" not in body
    assert body.count("&lt;script&gt;") == 4
    assert re.findall(r'<a href="([^"]*)"', body) == [
        "https://x.example/confirm?token=a&amp;next=b",
        "https://x.example/",
    ]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_file_that_is_no_mail_is_left_out(tmp_path: Path) -> None:
    FolderMailer(tmp_path).send(Mail("a@x.example", "Mail", "Hello"))
    (tmp_path / "zz.json").write_text("{")
    (tmp_path / "yy.draft").write_text("{")
    assert [m.subject for m in Mailbox(tmp_path).newest()] == ["Mail"]


def test_a_full_mailbox_shows_the_newest(tmp_path: Path) -> None:
    for n in range(MOST_SHOWN + 5):
        FolderMailer(tmp_path).send(Mail("a@x.example", f"Mail {n}", "Hello"))
    newest = Mailbox(tmp_path).newest()
    assert len(newest) == MOST_SHOWN
    assert newest[0].subject == f"Mail {MOST_SHOWN + 4}"
