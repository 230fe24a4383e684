"""The installation's own files: closed to other users, and checked before anything starts."""

import contextlib
import os
import pwd
import re
import secrets
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

FOLDER = 0o700
UMASK = 0o077
"""What everything runs with that writes into the installation's folders."""

_MOST_BYTES = 64 * 1024


class Unusable(RuntimeError):
    """A file of the installation cannot be used; the message names it and says what to do."""


def prepare(folders: Sequence[Path]) -> None:
    """Make folders, parents first, and close them and the files right in them to other users.

    Raise `Unusable`.
    """
    for folder in folders:
        with _named(folder):
            folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
            _close(folder)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
                raise Unusable(_closed(folder, "written to"))
            for file in sorted(folder.iterdir()):
                if file.is_file():
                    _close(file)


def close_whole(folder: Path) -> None:
    """Close everything below a folder that is open to other users, and then the folder."""
    with _named(folder):
        if folder.is_symlink() or not folder.is_dir():
            return
        if not folder.stat().st_mode & UMASK:
            return
        for place, folders, names in os.walk(folder, topdown=False):
            for name in (*folders, *names):
                _close(Path(place, name))
        _close(folder)


def check_plain(path: Path) -> None:
    """Raise `Unusable` where something else than a file is in the file's place."""
    with _named(path):
        if os.path.lexists(path) and not path.is_file():
            raise Unusable(f"{path} is {_kind(path)} instead of a file; {_MOVE}")


def text_of(path: Path, remedy: str) -> str:
    """Return the text of a short file, or raise `Unusable` with what is wrong and the remedy."""
    check_plain(path)
    with _named(path), path.open("rb") as file:
        data = file.read(_MOST_BYTES)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Unusable(f"{path} is no text; {remedy}") from None
    if not text.strip():
        raise Unusable(f"{path} is empty; {remedy}")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text):
        raise Unusable(f"{path} holds control characters; {remedy}")
    return text


def require(path: Path, pattern: str, remedy: str) -> str:
    """Return the text of a file that must hold the pattern; raise `Unusable` with the remedy."""
    if not os.path.lexists(path):
        raise Unusable(f"{path} is missing; {remedy}")
    text = text_of(path, remedy)
    if not re.search(pattern, text):
        raise Unusable(f"{path} does not hold what belongs there; {remedy}")
    return text


def kept(path: Path, fresh: str, remedy: str, is_valid: Callable[[str], bool]) -> str:
    """Return the text of a file, which is created with `fresh` where it is missing.

    Only its user may read the file, and it appears complete and on disk. Raise `Unusable` with the
    remedy where the text is not valid.
    """
    if not os.path.lexists(path):
        with _named(path):
            path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            _write_draft(draft, fresh)
            try:
                path.hardlink_to(draft)
            except FileExistsError:
                pass  # another process was first, and its text counts
            finally:
                draft.unlink()
            _sync(path.parent)
    text = text_of(path, remedy)
    if not is_valid(text):
        raise Unusable(f"{path} does not hold what belongs there; {remedy}")
    return text


def replace(path: Path, text: str) -> None:
    """Write a file anew, in one step, on disk and for its user only; raise `Unusable`."""
    with _named(path):
        path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        check_plain(path)
        draft = path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        _write_draft(draft, text)
        draft.replace(path)
        _sync(path.parent)


def _write_draft(draft: Path, text: str) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Let a name outlive a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_MOVE = "move it away, then run make up"


def _close(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # what a running process has just taken away
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & UMASK and not path.is_symlink():
            path.chmod(mode & ~UMASK)


def _kind(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return "a link that leads nowhere"
    return "a folder" if path.is_dir() else "a device, socket or pipe"


def _closed(path: Path, how: str) -> str:
    owner = path.stat().st_uid
    try:
        who = "you" if owner == os.geteuid() else pwd.getpwuid(owner).pw_name
    except KeyError:
        who = f"user {owner}"
    return (
        f"{path} cannot be {how} (it belongs to {who}); let it belong to you and be writable: "
        f"sudo chown -R $USER {path} && chmod -R u+rwX {path}, on a disk that is not read-only"
    )


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say of any error which path it is about."""
    try:
        yield
    except PermissionError:
        # Unlike `Path.exists` this tells "no" of what cannot be looked at.
        place = next(p for p in (path, *path.parents) if os.path.exists(p))  # noqa: PTH110
        raise Unusable(_closed(place, "used")) from None
    except (FileExistsError, NotADirectoryError):
        place = next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), path)
        raise Unusable(f"{place} is a file instead of a folder; {_MOVE}") from None
    except OSError as error:
        raise Unusable(
            f"{error.filename or path}: {error.strerror}; mend it, then run make up"
        ) from None
