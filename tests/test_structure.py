"""The structure of the code: which modules import which, and how long files are.

The contracts are in pyproject.toml; `make lint` checks them with import-linter, which also counts imports
inside functions.
"""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 600
CODE = {".py", ".html", ".css", ".js"}


def contracts() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    """Check the contracts of `folder`; the report is the standard output."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_imports_keep_the_contracts():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_package_is_searched_for_circles():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"scripts", "tests"}
    circles = next(contract for contract in contracts()["contracts"] if contract["type"] == "acyclic_siblings")
    assert set(circles["ancestors"]) == set(contracts()["root_packages"]) == packages


def test_a_circle_is_found_also_where_an_import_is_inside_a_function(tmp_path):
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(
        "def context():\n    from planted import presentation\n    return presentation\n"
    )
    (package / "presentation.py").write_text("from planted import models\n\nMODELS = models\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["planted"]\n[[tool.importlinter.contracts]]\n'
        'name = "No circles"\ntype = "acyclic_siblings"\nancestors = ["planted"]\n'
    )
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert "No cycles are allowed in planted" in result.stdout


def test_no_file_is_longer_than_600_lines():
    folders = [*contracts()["root_packages"], "scripts", "static", "templates", "tests"]
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in CODE]
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in paths}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


# --- Apps in strings, which import-linter does not see ------------------------------------------

# What finds a model or a module by its name.
FINDERS = {"get_model", "import_string", "import_module", "get_app_config", "get_by_natural_key"}


def heights() -> dict[str, int]:
    """The height of the layer of each app."""
    layers = next(contract for contract in contracts()["contracts"] if contract["type"] == "layers")["layers"]
    return {app.strip(): height for height, layer in enumerate(reversed(layers)) for app in layer.split("|")}


def read_by_name(source: str, upper: set[str]) -> list[str]:
    """The calls by which a source reads an app of `upper` without an import, or the model behind a related name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        line = ast.unparse(node) if isinstance(node, (ast.Call, ast.Attribute)) else ""
        if re.search(r"\.get_field\('\w+'\)\.related_model$", line):
            found.append(line)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in FINDERS and str(node.args[0].value).partition(".")[0] in upper:
                found.append(line)
    return found


def test_no_app_reads_a_model_of_an_app_above_it_by_name():
    layer = heights()
    found = {}
    for app, height in layer.items():
        upper = {other for other, its in layer.items() if its > height or (its == height and other != app)}
        for path in (ROOT / app).rglob("*.py"):
            if lines := read_by_name(path.read_text(), upper):
                found[str(path.relative_to(ROOT))] = lines
    assert len(layer) == len(contracts()["root_packages"])
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'apps.get_model("home", "NetworkSettings").objects.first()',
        'apps.get_model("home.NetworkSettings")',
        'import_string("home.models.NetworkSettings")',
        'importlib.import_module("home.models")',
        'City._meta.get_field("practices").related_model.objects.all()',
    ],
)
def test_a_model_that_is_read_by_name_is_noticed(line):
    assert read_by_name(line, {"home"})
