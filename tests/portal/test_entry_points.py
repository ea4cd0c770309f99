"""Which settings a process runs with: the environment beats `.env`, which beats the default."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portal.locks import only_process

SHOW = """
import gc, os
from django.conf import settings
assert gc.isenabled()
print(os.environ["DJANGO_SETTINGS_MODULE"], settings.DEBUG)
"""


@pytest.fixture
def installation(tmp_path) -> Path:
    """A copy of the portal with a `.env` of its own; what is not asked about is linked."""
    root = Path(settings.BASE_DIR)
    copy = tmp_path / "lyceum"
    shutil.copytree(root / "portal", copy / "portal")
    shutil.copy(root / "manage.py", copy)
    for path in root.iterdir():
        if not path.name.startswith(".") and not (copy / path.name).exists() and path.name != "var":
            (copy / path.name).symlink_to(path)
    return copy


@pytest.fixture
def run(installation):
    """A function that runs Python in that copy and returns what it prints."""
    ours = ("DJANGO_", "DATABASE_URL", "DATA_DIR", "PYTEST", "COV_", "DEFAULT_SETTINGS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def ran(*arguments: str, **variables: str) -> str:
        process = subprocess.run(
            [sys.executable, *arguments],
            cwd=installation,
            env=clean | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return (process.stderr if process.returncode else process.stdout).strip()

    return ran


ENTRY_POINTS = {
    "manage.py": ("manage.py", "shell", "--verbosity", "0", "-c", SHOW),
    "wsgi": ("-c", f"import portal.wsgi{SHOW}"),
    "asgi": ("-c", f"import portal.asgi{SHOW}"),
}
DEFAULTS = {
    "manage.py": "portal.settings.demo",
    "wsgi": "portal.settings.production",
    "asgi": "portal.settings.production",
}
# What portal.settings.production requires.
PRODUCTION = """\
SECRET_KEY=mU3vX9qT7rLw2ZkN8bYh5cJdF4gSa6eP1oKiQnRtWxVz0yHuBjMlCsDpEfGaIkOq
ALLOWED_HOSTS=cities.example.org
BASE_URL=https://cities.example.org
SEARCH_ENGINE=embedded
SEARCH_INDEX_PREFIX=cities
EMAIL_URL=smtp://127.0.0.1
"""


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_the_environment_beats_the_file_which_beats_the_default(installation, run, entry_point):
    arguments = ENTRY_POINTS[entry_point]
    (installation / ".env").write_text(PRODUCTION)
    assert run(*arguments) == f"{DEFAULTS[entry_point]} False"
    (installation / ".env").write_text(f"{PRODUCTION}DJANGO_SETTINGS_MODULE=portal.settings.dev\n")
    assert run(*arguments) == "portal.settings.dev True"
    chosen = run(*arguments, DJANGO_SETTINGS_MODULE="portal.settings.demo")
    assert chosen == "portal.settings.demo False"


def test_nothing_debugs_on_the_database_that_the_file_names_unless_it_is_told_to(installation, run):
    (installation / ".env").write_text("DATABASE_URL=postgres://lyceum:word@127.0.0.1:9/lyceum\n")
    assert run(*ENTRY_POINTS["manage.py"]) == "portal.settings.demo False"


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("", {}, "portal.settings.dev True"),
        ("DJANGO_SETTINGS_MODULE=portal.settings.demo\n", {}, "portal.settings.demo False"),
        ("", {"DJANGO_SETTINGS_MODULE": "portal.settings.demo"}, "portal.settings.demo False"),
    ],
    ids=["default", "file", "environment"],
)
def test_make_dev_debugs_unless_the_file_or_the_environment_names_other_settings(
    installation, run, line, environment, expected
):
    (installation / ".env").write_text(line)
    assert run(*ENTRY_POINTS["manage.py"], DEFAULT_SETTINGS_MODULE="portal.settings.dev", **environment) == expected


def test_settings_that_do_not_exist_are_refused_in_one_sentence(installation, run):
    (installation / ".env").write_text("DJANGO_SETTINGS_MODULE=portal.settings.prod\n")
    sentence = "Lyceum cannot start. DJANGO_SETTINGS_MODULE names portal.settings.prod, but there is no such module."
    for arguments in ENTRY_POINTS.values():
        assert run(*arguments) == sentence


def test_nothing_starts_while_the_database_is_replaced(installation, run):
    """And what has started counts as a process of the portal: tests/operations/test_restore.py."""
    with only_process(installation / "var"):
        for arguments in ENTRY_POINTS.values():
            assert run(*arguments).startswith("Lyceum cannot start. Its database is being replaced: ")


def test_the_port_of_the_file_counts_for_the_web_server(installation, run):
    (installation / ".env").write_text("PORT=8765\n")
    assert run("-c", "import portal.gunicorn as server; print(server.bind)") == "127.0.0.1:8765"
    assert run("-c", "import portal.gunicorn as server; print(server.bind)", PORT="8766") == "127.0.0.1:8766"


@pytest.mark.parametrize(
    ("database", "place"),
    [
        ("postgres://lyceum:secret-word@127.0.0.1:9/cities", "cities on 127.0.0.1:9"),
        ("sqlite:////proc/cities.sqlite3", "/proc/cities.sqlite3"),
    ],
    ids=["PostgreSQL", "SQLite"],
)
@pytest.mark.parametrize("command", ["start", "worker", "migrate"])
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(installation, run, command, database, place):
    (installation / ".env").write_text(f"PORT=8999\nDATABASE_URL={database}\n")
    said = run("manage.py", command)
    assert said.startswith(f"Lyceum cannot start. The database cannot be reached: {place} (")
    assert len(said.splitlines()) == 1
    assert "secret-word" not in said
