"""The secrets of this stack: made at random once, then kept."""

import os
import secrets
from pathlib import Path


def kept_keys(path: Path) -> str:
    """Return the keys of access tokens in the words of `PIXELTRACK_JWT_KEYS`."""
    return kept(path, f"local:{secrets.token_urlsafe(48)}")


def kept(path: Path, fresh: str) -> str:
    """Return the text of a file; whoever asks first lays `fresh` down there.

    The file is its user's alone, and whole as soon as it is there.
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another was first, and its text counts
        finally:
            draft.unlink()
    return path.read_text()
