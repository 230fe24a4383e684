"""What is packed for Lambda from this repository's own sources, and under which paths."""

import shutil
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk.aws_lambda import Code

from infra_cdk.topology import Function
from layers.dependencies.bytecode import compile_modules

ROOT = Path(__file__).parents[2]


def function_code(function: Function) -> Code:
    """Pack the function's own folder, importable as `functions.<folder>`, and nothing else."""
    folder = Path("functions")
    parts = {
        folder / "__init__.py": folder / "__init__.py",
        folder / function.folder: folder / function.folder,
    }
    return _packed(folder / function.folder, parts, "/var/task")


def shared_code() -> Code:
    """Pack the package `pixeltrack` as a layer."""
    source = Path("layers/shared/python/pixeltrack")
    return _packed(source, {source: Path("python/pixeltrack")}, "/opt")


def _packed(source: Path, parts: dict[Path, Path], mounted_at: str) -> Code:
    return Code.from_asset(
        str(ROOT / source),
        bundling=BundlingOptions(
            image=DockerImage.from_registry("none"), local=_Copy(parts, mounted_at)
        ),
        # Hashed by output: sources that no function imports change nothing.
        asset_hash_type=AssetHashType.OUTPUT,
    )


@jsii.implements(ILocalBundling)
class _Copy:
    """Copies parts of the repository and compiles them, instead of a container."""

    def __init__(self, parts: dict[Path, Path], mounted_at: str) -> None:
        self._parts = parts
        self._mounted_at = mounted_at

    def try_bundle(self, output_dir: str, *_args: Any, **_options: Any) -> bool:
        """Fill `output_dir`; return True, since a container has nothing left to do."""
        output = Path(output_dir)
        for source, target in self._parts.items():
            (output / target).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
                shutil.copytree(ROOT / source, output / target, ignore=left_out)
            else:
                shutil.copyfile(ROOT / source, output / target)
        compile_modules(output, self._mounted_at)
        return True
