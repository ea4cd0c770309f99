"""The documents: every path and name of code in them exists, and CONTRIBUTING lists the file names."""

import importlib
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from core.translations import field_table

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/README.md")])
APPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
FOLDERS = {*APPS, "deploy", "docs", "locale", "scripts", "static", "templates", "tests", ".ci", ".github"}
# Made while the portal runs or is installed.
MADE = ("var/", ".venv", ".env", "deploy/.env")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
PATH = re.compile(r"[\w.-]+(/[\w.*-]+)*/?")
NAME = re.compile(rf"(?:{'|'.join(APPS)})(\.\w+)+(\(\))?")


def current_text(document: Path) -> str:
    """The text of a document without the names of before: the left column of the tables in CHANGELOG."""
    text = document.read_text()
    return re.sub(r"^\| [^|]+ \|", "|", text, flags=re.MULTILINE) if document.name == "CHANGELOG.md" else text


def spans(document: Path) -> list[str]:
    """What a document shows as code, without whole blocks of it."""
    return CODE.findall(re.sub(r"```.*?```", "", current_text(document), flags=re.DOTALL))


def is_path(span: str) -> bool:
    return bool(PATH.fullmatch(span)) and span.split("/")[0] in FOLDERS and "/" in span and not span.startswith(MADE)


def exists(dotted: str) -> bool:
    """Whether a dotted name such as `core.pages.PortalPage` leads to something."""
    names = dotted.removesuffix("()").split(".")
    for number in range(len(names), 0, -1):
        try:
            found = importlib.import_module(".".join(names[:number]))
        except ModuleNotFoundError:
            continue
        for name in names[number:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_exists(document):
    found = spans(document)
    paths = {path for path in found if is_path(path) and not any(ROOT.glob(path.rstrip("/")))}
    names = {name for name in found if NAME.fullmatch(name) and not name.endswith((".py", ".md")) and not exists(name)}
    links = {link for link in LINK.findall(current_text(document)) if not (document.parent / link).exists()}
    assert (paths, names, links) == (set(), set(), set())


def test_paths_and_names_are_found_in_the_documents():
    """Otherwise the test above would check nothing."""
    found = spans(ROOT / "docs" / "architecture.md")
    assert len([path for path in found if is_path(path)]) > 50
    assert len([name for name in found if NAME.fullmatch(name)]) >= 5
    assert not exists("core.pages.NoSuchName")
    assert not exists("core.no_such_module")


# --- File names ---------------------------------------------------------------------------


def listed_file_names() -> set[str]:
    """The names in the table of CONTRIBUTING."""
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("## File names")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in CODE.findall(row)}


def file_names() -> dict[str, set[str]]:
    """Names of modules and folders at the top of an app, or of a room of core, with the apps that have them."""
    found = defaultdict(set)
    for app in APPS:
        tops = [ROOT / app, *(path for path in (ROOT / app).glob("*/") if app == "core" and path.name != "migrations")]
        for path in (path for top in tops for path in top.iterdir()):
            if path.suffix == ".py" and path.name != "__init__.py":
                found[path.name].add(app)
            elif (path / "__init__.py").exists() and path.name not in {"migrations", "management"}:
                found[f"{path.name}/"].add(app)
    return found


def test_a_file_name_that_two_apps_share_is_explained_in_contributing():
    shared = {name for name, apps in file_names().items() if len(apps) > 1}
    assert shared - listed_file_names() == set()


def test_contributing_explains_no_file_name_that_there_is_not():
    there = {*file_names(), "management/commands/"}
    assert listed_file_names() - there == set()


def test_the_document_says_of_every_field_and_block_whether_it_is_a_fact():
    _before, _mark, rest = (ROOT / "docs/translations.md").read_text(encoding="utf-8").partition("<!-- fields -->\n")
    written, _mark, _after = rest.partition("\n<!-- /fields -->")
    assert written == field_table.table(), (
        "The models have other fields or blocks than the table in docs/translations.md. Decide for each new one "
        "whether it is a fact (the same in every language: name it in override_translatable_fields, or use FactBlock) "
        "or text, "
        f"and write this table between the marks in the document:\n{field_table.table()}"
    )
