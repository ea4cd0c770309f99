"""The structure of the code: which modules import which, and how long files are.

The contracts are in pyproject.toml; `make lint` checks them with import-linter, which also counts imports
inside functions.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

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
