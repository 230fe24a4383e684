"""Builds the layers of third-party packages from uv.lock for arm64, without Docker.

`python -m layers.dependencies.build`; a layer that the present lock already has is left alone.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from layers.dependencies.bytecode import RUNTIME, compile_modules

ROOT = Path(__file__).parents[2]
LAMBDA = "aarch64-manylinux_2_28"
MOST_BYTES = 250 * 1024 * 1024
"""What a function and all its layers may take unpacked."""

GEOIP = ROOT / ".local" / "layers" / "geoip"
"""Where `make layers` puts the place databases, which the processor's layers hold too."""

LAYERS = {
    "dependencies": ["--no-dev", "--no-default-groups"],
    "collector": ["--only-group", "collector"],
}
"""By layer, what `uv export` is told to choose from the lock."""

OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer")
"""Lambda's own Python brings these."""


def built(layer: str) -> Path:
    """Return where the layer lies that belongs to the present lock, built or not."""
    made_of = [ROOT / "uv.lock", Path(__file__), Path(__file__).with_name("bytecode.py")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()
    return ROOT / ".local" / "layers" / f"{layer}-{digest[:16]}"


def requirements(layer: str) -> bytes:
    """Return the layer's packages with versions and hashes, as a requirements file."""
    left_out = [word for name in OF_THE_RUNTIME for word in ("--no-emit-package", name)]
    chosen = [*LAYERS[layer], "--no-emit-project", *left_out]
    command = [_uv(), "export", "-q", "--frozen", *chosen]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def build(layer: str, output: Path, platform: str = LAMBDA) -> None:
    """Install the layer's packages below `output`/python and compile them.

    Wheels alone, with the hashes of the lock; raises `CalledProcessError` where one is missing.
    """
    target = output / "python"
    # No `-q` here: it would hide why a wheel is missing.
    install = [_uv(), "pip", "install", "--target", str(target), "--python-platform", platform]
    install += ["--python-version", RUNTIME, "--only-binary", ":all:", "--no-deps"]
    install += ["--require-hashes", "--no-progress", "-r", "-"]
    subprocess.run(install, cwd=ROOT, input=requirements(layer), check=True)
    # Command line entry points carry this machine's paths, and Lambda runs none.
    shutil.rmtree(target / "bin", ignore_errors=True)
    compile_modules(target, "/opt/python")


def size(folder: Path) -> int:
    """Return the bytes of all files below the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Build what is missing, and say what it takes."""
    for layer in LAYERS:
        final = built(layer)
        if not final.exists():
            unfinished = final.with_name(f"{final.name}.{os.getpid()}")
            build(layer, unfinished)
            unfinished.rename(final)
            for old in set(final.parent.glob(f"{layer}-*")) - {final}:
                shutil.rmtree(old)
        taken = size(final) + size(GEOIP)
        print(
            f"{layer}: {size(final) / 2**20:.0f} MB; with the place databases {taken / 2**20:.0f}"
        )
        if taken > MOST_BYTES:
            raise SystemExit(f"{layer} and the place databases are more than Lambda takes")


def _uv() -> str:
    found = shutil.which("uv", path=f"{os.environ.get('PATH', os.defpath)}:{ROOT}/.local/tools/bin")
    if found is None:
        raise SystemExit("uv is missing; run `make ready`")
    return found


if __name__ == "__main__":
    main()
