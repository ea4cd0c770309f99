"""Other languages than the shipped ones work without a change of the code, in both directions of writing.

The languages are read when a process starts. So the tests of the files checks_….py run in processes of their own.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.settings.languages import DEFAULT
from tests.added_languages.samples import SAMPLES

ADDED = ",".join([*DEFAULT, *SAMPLES])
FOLDER = Path(__file__).parent


def run(folder: Path, languages: str, *command: str, **more: str) -> subprocess.CompletedProcess:
    """Run Python for a portal with other languages, on a SQLite database of its own in `folder`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    own = {"LANGUAGES": languages, "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=inherited | own | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_passes(folder: Path, languages: str, *files: str, **more: str) -> None:
    """Run the tests of files of this folder."""
    paths = [str(FOLDER / name) for name in files]
    checked = run(folder, languages, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths, **more)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture
def both_engines(elasticsearch_url) -> dict[str, str]:
    """The variables with which the checks use both engines, on the test server with an index of their own."""
    return {
        "INDEXED_BY": "embedded elasticsearch",
        "SEARCH_INDEX_PREFIX": f"test-{secrets.token_hex(6)}",
        "ELASTICSEARCH_URL": elasticsearch_url,
    }


@pytest.mark.usefixtures("migrated_database")
def test_added_languages_work_on_every_page_and_with_both_engines(tmp_path, both_engines):
    assert_passes(tmp_path, ADDED, "checks_pages.py", "checks_search.py", **both_engines)


@pytest.mark.usefixtures("migrated_database")
def test_one_language_alone_works_with_both_engines(tmp_path, both_engines):
    assert_passes(tmp_path, "en", "checks_one_language.py", **both_engines)


@pytest.mark.parametrize("languages", [ADDED, "en,fr"])
def test_no_migration_names_the_languages_of_an_installation(tmp_path, languages):
    checked = run(tmp_path, languages, "manage.py", "makemigrations", "--check", "--dry-run")
    assert (checked.returncode, checked.stdout) == (0, "No changes detected\n")


def test_an_index_for_other_languages_is_not_used(tmp_path):
    code = """
from search_engines.elasticsearch import definition
from search_engines.embedded import schema
print(schema.signature(), definition.signature())
"""
    shown = [
        run(tmp_path, languages, "manage.py", "shell", "--no-imports", "-c", code)
        for languages in ("en,pt", "en,pt,pt-br")
    ]
    (embedded, elasticsearch), others = (answer.stdout.split() for answer in shown)
    assert embedded != others[0]
    assert elasticsearch != others[1]


def test_the_documented_steps_add_a_language(tmp_path, migrated_database):
    shutil.copyfile(migrated_database, tmp_path / "portal.sqlite3")
    section = (settings.BASE_DIR / "docs" / "translations.md").read_text().partition("## Add a language")[2]
    steps = re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1].splitlines()
    (languages,) = re.findall(r"LANGUAGES=([a-z,-]+)", "".join(steps))
    (code,) = set(languages.split(",")) - set(DEFAULT)
    commands = [step.split("#")[0].split() for step in steps if "manage.py" in step]
    assert commands
    for command in commands:
        done = run(tmp_path, languages, *command[command.index("manage.py") :])
        assert done.returncode == 0, done.stderr
    look = f"""
from django.test import Client
page = Client().get("/{code}/cities/")
print(page.status_code, 'lang="{code}"' in page.content.decode())
"""
    shown = run(tmp_path, languages, "manage.py", "shell", "--no-imports", "-c", look)
    assert shown.stdout == "200 True\n", shown.stderr
