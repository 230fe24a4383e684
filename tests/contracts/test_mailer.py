import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.mail import FolderMailer, Mail, Mailer
from tests.fakes.people import FakeMailer

MAIL = Mail("иван@почта.рф", "Привет", "Hello <b>&</b>\n\nhttps://x.example/?a=1&b=2\n")


class MailerContract:
    @pytest.fixture
    def mailer(self) -> Mailer:
        raise NotImplementedError

    @pytest.fixture
    def sent(self) -> Callable[[], list[Mail]]:
        raise NotImplementedError

    def test_mails_arrive_as_they_are_in_order(
        self, mailer: Mailer, sent: Callable[[], list[Mail]]
    ) -> None:
        mails = [MAIL, Mail("b@x.example", "Second", "two"), MAIL]
        for mail in mails:
            mailer.send(mail)
        assert sent() == mails

    def test_what_is_rehearsed_does_not_arrive(
        self, mailer: Mailer, sent: Callable[[], list[Mail]]
    ) -> None:
        mailer.rehearse(MAIL)
        assert sent() == []

    @pytest.mark.parametrize("name", ["send", "rehearse"])
    def test_one_that_cannot_go_out_is_said_so(self, mailer: Mailer, name: str) -> None:
        self.break_(mailer)
        with pytest.raises(Unavailable) as caught:
            getattr(mailer, name)(MAIL)
        assert MAIL.to not in str(caught.value)

    def break_(self, mailer: Mailer) -> None:
        raise NotImplementedError


class TestFakeMailer(MailerContract):
    @pytest.fixture
    def mailer(self) -> FakeMailer:
        return FakeMailer()

    @pytest.fixture
    def sent(self, mailer: FakeMailer) -> Callable[[], list[Mail]]:
        return lambda: mailer.sent

    def break_(self, mailer: Mailer) -> None:
        assert isinstance(mailer, FakeMailer)
        mailer.is_away = True


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "deep" / "mail"

    @pytest.fixture
    def mailer(self, folder: Path) -> FolderMailer:
        return FolderMailer(folder)

    @pytest.fixture
    def sent(self, folder: Path) -> Callable[[], list[Mail]]:
        def read() -> list[Mail]:
            found = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
            return [Mail(m["to"], m["subject"], m["text"]) for m in found]

        return read

    @pytest.fixture(autouse=True)
    def _folder(self, folder: Path) -> None:
        self.path = folder

    def break_(self, mailer: Mailer) -> None:
        del mailer
        self.path.parent.mkdir()
        self.path.write_text("a file where the folder should be")

    def test_a_mail_is_for_its_users_eyes_and_leaves_no_draft(
        self, mailer: FolderMailer, folder: Path
    ) -> None:
        mailer.rehearse(MAIL)
        mailer.send(MAIL)
        (path,) = folder.iterdir()
        assert path.suffix == ".json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
