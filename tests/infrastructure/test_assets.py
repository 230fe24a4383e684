"""What is uploaded: a function's own folder and the shared package, whole, and nothing beside."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from infra_cdk.topology import TOPOLOGY, Function
from layers.dependencies import build
from layers.dependencies.bytecode import compile_modules, interpreter
from tests.fakes.template import ROOT, Template, page_name


def sources(folder: str) -> set[str]:
    """List a source folder's files, as packed: without what Python left there."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def packed(folder: Path) -> tuple[set[str], set[str]]:
    """List the packed sources, and what is compiled by name of the source."""
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    compiled = {path for path in files if path.suffix == ".pyc"}
    assert all(path.name.endswith(".cpython-313.pyc") for path in compiled)
    modules = {str(p.parent.parent / p.name.replace(".cpython-313.pyc", ".py")) for p in compiled}
    return {str(path) for path in files - compiled}, modules


def logical_ids(template: Template) -> dict[str, str]:
    return {
        page_name(name): name
        for name, resource in template.resources.items()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def test_a_function_is_uploaded_with_its_own_folder_alone(template: Template) -> None:
    ids = logical_ids(template)
    for function in TOPOLOGY.functions:
        found, compiled = packed(template.asset(ids[function.name]))
        assert found == {"functions/__init__.py", *sources(f"functions/{function.folder}")}
        assert f"functions/{function.folder}/handler.py" in found
        assert compiled == ({p for p in found if p.endswith(".py")} if interpreter() else set())


def test_the_shared_layer_holds_the_package_with_its_sql(template: Template) -> None:
    [shared] = [name for name in template.resources if name.startswith("LayersShared")]
    found, compiled = packed(template.asset(shared))
    here = "layers/shared/"

    assert found == {path.removeprefix(here) for path in sources(f"{here}python/pixeltrack")}
    assert any(path.startswith("python/pixeltrack/facts/sql/") for path in found)
    assert compiled == ({p for p in found if p.endswith(".py")} if interpreter() else set())


@pytest.mark.skipif(interpreter() is None, reason="needs a Python of the runtime's version")
def test_equal_sources_make_equal_packages(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "module.py").write_text("answer = 42\n")
        assert compile_modules(folder, "/opt/python")
        [compiled] = (folder / "__pycache__").iterdir()
        made.append(compiled.read_bytes())
    assert made[0] == made[1]
    assert b"/opt/python/module.py" in made[0]
    assert str(tmp_path).encode() not in made[0]


def test_a_layer_belongs_to_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = build.built("dependencies")
    (tmp_path / "uv.lock").write_text("another lock")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert build.built("dependencies").name != present.name


def test_the_layers_leave_out_what_lambda_brings_and_what_only_development_needs() -> None:
    chosen = {layer: requirements(layer) for layer in build.LAYERS}

    assert chosen["collector"] == {"confluent-kafka", "msgspec"}
    assert chosen["dependencies"] >= {"confluent-kafka", "msgspec", "pydantic", "pymongo"}
    assert chosen["dependencies"].isdisjoint({"boto3", "botocore", "pytest", "aws-cdk-lib"})


START = """
import sys
from importlib import import_module

name, missing = sys.argv[1], set(sys.argv[2:])

class Missing:
    @staticmethod
    def find_spec(module, *_):
        if module.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)

sys.meta_path.insert(0, Missing)
print(import_module(f"functions.{name}.handler").__file__)
"""

ON_THIS_PYTHON = {"typing-extensions"}
"""What msgspec imports on Python 3.11, and not in Lambda."""


@pytest.mark.parametrize("function", TOPOLOGY.functions, ids=lambda f: f.name)
def test_a_function_starts_with_what_is_uploaded(template: Template, function: Function) -> None:
    folder = template.asset(logical_ids(template)[function.name])
    layer = "collector" if function.slim else "dependencies"
    there = requirements(layer) | set(build.OF_THE_RUNTIME) | ON_THIS_PYTHON | {"pixel-track"}
    missing = [
        module
        for module, names in packages_distributions().items()
        if there.isdisjoint(map(normal, names))
    ]
    command = [sys.executable, "-B", "-c", START, function.folder, *missing]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(folder))


def normal(name: str) -> str:
    return name.lower().replace("_", "-")


def requirements(layer: str) -> set[str]:
    lines = build.requirements(layer).decode().splitlines()
    return {line.partition("==")[0] for line in lines if "==" in line and line[0].isalnum()}
