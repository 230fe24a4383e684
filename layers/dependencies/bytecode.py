"""Compiles packaged modules for the Lambda runtime, so that a cold start only reads them."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

RUNTIME = "3.13"


@cache
def interpreter() -> str | None:
    """Find a Python of the runtime's version on PATH or among pyenv's, or return None."""
    named = shutil.which(f"python{RUNTIME}")
    candidates = [] if named is None else [named]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{RUNTIME}.*/bin/python")))
    return next((found for found in candidates if _runs(found)), None)


def compile_modules(folder: Path, mounted_at: str) -> bool:
    """Compile every module below `folder`, which Lambda mounts at `mounted_at`.

    Returns False where no Python of the runtime's version is at hand; then nothing is compiled,
    which only slows cold starts. The files carry no times (PEP 552, unchecked hash), so equal
    sources make equal packages.
    """
    python = interpreter()
    if python is None:
        print(f"no Python {RUNTIME} here: modules are packaged uncompiled", file=sys.stderr)
        return False
    options = ["-q", "-j", "2", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", mounted_at]
    subprocess.run([python, "-m", "compileall", *options, *paths, str(folder)], check=True)
    return True


def _runs(python: str) -> bool:
    # A pyenv shim stands on PATH for versions that are not switched on, too.
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
