"""The shipped settings: every variable is explained, and production refuses what is dangerous."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "mU3vX9qT7rLw2ZkN8bYh5cJdF4gSa6eP1oKiQnRtWxVz0yHuBjMlCsDpEfGaIkOq",
    "ALLOWED_HOSTS": "cities.example.org",
    "BASE_URL": "https://cities.example.org",
    "SEARCH_ENGINE": "embedded",
    "SEARCH_INDEX_PREFIX": "cities",
    "DATABASE_URL": "postgres://lyceum@127.0.0.1/lyceum",
    "EMAIL_URL": "smtp://127.0.0.1",
}


def manage(*command: str, **variables: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, **PRODUCTION, **variables}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # which browser tests set for this process
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def variables_that_settings_read() -> set[str]:
    """The names in calls of env(…), env.int(…) and so on."""
    names = set()
    for path in ROOT.joinpath("portal/settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(called, ast.Name) and called.id == "env" and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return names


def test_the_example_explains_every_variable_that_the_settings_read_and_no_other():
    example = (ROOT / ".env.example").read_text()
    explained = re.findall(r"(?:^#[^\n]*[^\n=]\n)+#([A-Z_]+)=", example, re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == variables_that_settings_read()


def test_production_settings_have_nothing_that_django_warns_of(tmp_path):
    checked = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path))
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "lyceum"}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "django-insecure-" + PRODUCTION["SECRET_KEY"]}, "SECRET_KEY is weak"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "cities.example.org,*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"SEARCH_INDEX_PREFIX": ""}, "SEARCH_INDEX_PREFIX"),
        ({"SEARCH_INDEX_PREFIX": " "}, "SEARCH_INDEX_PREFIX"),
        ({"SEARCH_ENGINE": "sphinx"}, "SEARCH_ENGINE"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_production_refuses_to_start_with(variables, reason):
    started = subprocess.run(
        [sys.executable, "-c", "import portal.settings.production"],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr
    assert reason in started.stderr


def test_an_own_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    from portal.settings.secret import local_secret

    secret = local_secret(tmp_path / "data")
    assert len(secret) >= 50
    assert local_secret(tmp_path / "data") == secret
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o077 == 0
