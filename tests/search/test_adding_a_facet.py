"""Whoever follows docs/search.md, "Add a facet", gets a facet that works on both engines."""

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.conf import settings

from tests.demonstration import environment

DOCUMENTATION = settings.BASE_DIR / "docs" / "search.md"
APPS = [name for name in settings.INSTALLED_APPS if (settings.BASE_DIR / name).is_dir()]
COPIED = [*APPS, "search_engines", "styleguide", "locale", "static", "templates", "tests"]
CONTRACT = "tests/search_engines/test_facet_counts.py"


def section() -> str:
    """The text that developers follow."""
    found = re.search(r"^## Add a facet\n(.*?)^## ", DOCUMENTATION.read_text(encoding="utf-8"), re.S | re.M)
    assert found, "the section is gone"
    return found[1]


def steps() -> list[tuple[str, str, str]]:
    """The changes that the text shows: file, lines as they are, lines as they must be."""
    found = []
    for block in re.findall(r"^   ```diff\n(.*?)^   ```$", section(), re.S | re.M):
        heading, _newline, hunks = textwrap.dedent(block).partition("\n")
        for hunk in hunks.split("…\n"):
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line.startswith(" "))
            found.append((heading.removeprefix("# "), before, "".join(line[1:] for line in lines)))
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory, migrated_database) -> Path:
    """A copy of the code with all changes made."""
    target = tmp_path_factory.mktemp("code") / "portal"
    copy_code(target, steps())
    (target / ".pytest_cache").mkdir()
    shutil.copy(migrated_database, target / ".pytest_cache")
    return target


def copy_code(target: Path, changes: list[tuple[str, str, str]]) -> None:
    """Copy the code, compiled files included, to a new folder and change it there."""
    for name in COPIED:
        shutil.copytree(settings.BASE_DIR / name, target / name)
    for name in ("manage.py", "pyproject.toml", "requirements.txt"):
        shutil.copyfile(settings.BASE_DIR / name, target / name)
    for name, before, after in changes:
        text = (target / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} has not, or not once:\n{before}"
        (target / name).write_text(text.replace(before, after), encoding="utf-8")


def run_python(copy: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run Python in the copy."""
    variables = environment(copy / "data", DJANGO_SETTINGS_MODULE="portal.settings.test") | variables
    del variables["DATABASE_URL"]
    return subprocess.run([sys.executable, *arguments], cwd=copy, env=variables, capture_output=True, text=True)


def run_tests(copy: Path, *tests: str, **variables: str) -> None:
    """Run tests in the copy; fails with their output."""
    done = run_python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests, **variables)
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]


def test_the_text_changes_one_file_and_the_documents():
    assert list(dict.fromkeys(name for name, _before, _after in steps())) == [
        "search_engines/facets.py",
        "practices/indexing.py",
    ]
    for named in (
        "manage.py check",
        "make_one_of_each_kind",
        "tests/search/test_facets.py",
        Path(__file__).name,
    ):
        assert named in section()


@pytest.mark.parametrize(
    ("done", "complaint"),
    [
        ("search_engines/facets.py", "No document of these kinds fills the facet 'level': practice."),
        ("practices/indexing.py", "The search does not know what the 'practice' documents declare: level."),
    ],
)
def test_half_of_the_steps_fail_the_system_check(tmp_path, done, complaint):
    copy_code(tmp_path / "portal", [change for change in steps() if change[0] == done])
    answer = run_python(tmp_path / "portal", "manage.py", "check")
    assert answer.returncode == 1
    assert complaint in answer.stderr


def test_the_new_facet_is_shown_and_agrees_with_the_documents(copy):
    run_tests(copy, "tests/search/added_facet.py", "tests/search/test_facets.py", "tests/search/test_checks.py")


@pytest.mark.parametrize("engine", ["embedded", "elasticsearch"])
def test_the_new_facet_is_counted_and_filtered_by_each_engine(copy, engine, request):
    variables = {"ELASTICSEARCH_URL": request.getfixturevalue("elasticsearch_url")} if engine == "elasticsearch" else {}
    run_tests(copy, CONTRACT, "-k", f"{engine} and (every_facet or counts_ignore)", **variables)
