"""The shipped settings: every variable is explained, and what is set wrongly is refused in one sentence."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.settings.languages import language_codes
from tests.portal.conftest import AWKWARD

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
    """Run `manage.py` with the variables of a production installation and `variables`."""
    return run("manage.py", *command, **variables)


def run(*command: str, **variables: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, **PRODUCTION, **variables}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # which browser tests set for this process
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def variables_that_the_portal_reads() -> set[str]:
    """The names in calls of env(…), env.number(…) and so on."""
    names = set()
    for path in ROOT.joinpath("portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if isinstance(called, ast.Name) and called.id == "env" and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return names


def test_the_example_explains_every_variable_that_the_portal_reads_and_no_other():
    example = (ROOT / ".env.example").read_text()
    explained = re.findall(r"(?:^#[^\n]*[^\n=]\n)+#([A-Z_]+)=", example, re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == variables_that_the_portal_reads()


def test_production_settings_have_nothing_that_django_warns_of(tmp_path):
    checked = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path))
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is empty, but required."),
        ({"SECRET_KEY": "lyceum"}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is weak"),
        ({"SECRET_KEY": "django-insecure-" + PRODUCTION["SECRET_KEY"]}, "SECRET_KEY is weak"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty, but required."),
        ({"SEARCH_INDEX_PREFIX": " "}, "SEARCH_INDEX_PREFIX is empty, but required."),
        ({"SEARCH_ENGINE": ""}, "SEARCH_ENGINE is empty, but required."),
        ({"BASE_URL": ""}, "BASE_URL is empty, but required."),
        ({"EMAIL_URL": ""}, "EMAIL_URL is empty, but required."),
        (
            {"CALL_CLOSING_SOON_DAYS": "abc"},
            "CALL_CLOSING_SOON_DAYS must be a whole number from 0 to 10000, not “abc”.",
        ),
        ({"ELASTICSEARCH_TIMEOUT": "soon"}, "ELASTICSEARCH_TIMEOUT must be a number from 0.01 to 60, not “soon”."),
        ({"ELASTICSEARCH_RETRIES": "-1"}, "ELASTICSEARCH_RETRIES must be a whole number from 0 to 20, not “-1”."),
        ({"REQUIRE_STAFF_SECOND_FACTOR": "ture"}, "REQUIRE_STAFF_SECOND_FACTOR must be on or off, not “ture”."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, not “LOUD”."),
        ({"METRICS_PORT": "on"}, "METRICS_PORT must be a whole number from 0 to 65535, not “on”."),
        ({"HSTS_SECONDS": "1 year"}, "HSTS_SECONDS must be a whole number from 0 to 100000000, not “1 year”."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of text, json, not “xml”."),
        ({"DATABASE_URL": "mysql://lyceum:secret-words@db/lyceum"}, "DATABASE_URL must have the form"),
        ({"DATABASE_URL": "postgres://lyceum:secret-words@db:port/lyceum"}, "DATABASE_URL must have the form"),
        ({"DATABASE_URL": "lyceum.sqlite3"}, "DATABASE_URL must have the form"),
        ({"EMAIL_URL": "mail.example.org"}, "EMAIL_URL must have the form"),
        ({"EMAIL_URL": "smtp://"}, "EMAIL_URL must have the form"),
        ({"EMAIL_URL": "smtp://lyceum:secret-words@mail.example.org:port"}, "EMAIL_URL must have the form"),
        ({"DATA_DIR": f"{__file__}/data"}, "DATA_DIR must be a folder that can be written: "),
        (
            {"DJANGO_SETTINGS_MODULE": "portal.settings.demo", "PORT": "http"},
            "PORT must be a whole number from 1 to 65535, not “http”.",
        ),
        ({"DJANGO_SETTINGS_MODULE": "portal.settings.prod"}, "DJANGO_SETTINGS_MODULE names portal.settings.prod, but"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_settings_that_cannot_be_loaded_are_refused_in_one_sentence(variables, reason):
    checked = manage("check", **variables)
    assert checked.returncode == 1
    assert checked.stderr.startswith(f"Lyceum cannot start. {reason}")
    assert len(checked.stderr.splitlines()) == 1
    assert "secret-words" not in checked.stderr


@pytest.mark.parametrize("command", ["check", "worker", "gunicorn", "migrate"])
def test_every_process_refuses_an_unknown_search_engine_in_one_sentence(command, tmp_path):
    sentence = "SEARCH_ENGINE must be one of embedded, elasticsearch, not “sphinx”."
    variables = {"SEARCH_ENGINE": "sphinx", "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    if command == "gunicorn":
        started = run("-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi", PORT="8999", **variables)
    else:
        started = manage(command, **variables)
    assert started.returncode != 0
    assert sentence in started.stderr
    assert "Traceback" not in started.stderr


@pytest.mark.parametrize("module", ["demo", "dev"])
def test_make_run_refuses_what_is_set_wrongly_before_it_does_anything(module, tmp_path):
    variables = {"DJANGO_SETTINGS_MODULE": f"portal.settings.{module}", "DATA_DIR": str(tmp_path / "data")}
    started = manage("start", REDIS_URL="127.0.0.1:6379", **variables)
    assert started.returncode == 1
    assert started.stderr == (
        "Lyceum cannot start. REDIS_URL must have the form redis://host:6379/0, not “127.0.0.1:6379”.\n"
    )
    assert not (tmp_path / "data" / "portal.sqlite3").exists()


def test_make_run_does_not_start_the_settings_of_an_installation_for_the_public():
    started = manage("start")
    assert started.returncode == 1
    assert started.stderr.startswith("CommandError: portal.settings.production is for the public: start gunicorn and")


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("en", ["en"]),
        ("fr,en,de", ["fr", "en", "de"]),
        (" en, pt_BR ,sr-Latn,zh-Hant-HK", ["en", "pt-br", "sr-latn", "zh-hant-hk"]),
    ],
)
def test_the_languages_are_a_variable(written, codes):
    assert list(language_codes(written.split(","), "en")) == codes


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("en,xx", "“xx”, which Unicode CLDR does not know"),
        ("en,", "“”, which Unicode CLDR does not know"),
        ("en,zh-hant-hkxx", "“zh-hant-hkxx”, which Unicode CLDR does not know"),
        ("fr,de", "LANGUAGES has to contain en"),
        ("", "LANGUAGES has to contain en"),
        ("en,de,fr,DE", "LANGUAGES names de twice."),
    ],
)
def test_languages_that_cannot_work_are_refused_in_one_sentence(written, reason):
    with pytest.raises(ImproperlyConfigured, match=r"^LANGUAGES") as refused:
        language_codes(written.split(",") if written else [], "en")
    assert reason in str(refused.value)
    assert str(refused.value).count(". ") == 0


def test_the_settings_read_the_variable(tmp_path):
    code = "from portal.settings.test import *; print([code for code, _name in LANGUAGES], LANGUAGES[1][1])"
    code += "; import sys; print({'sentry_sdk', 'prometheus_client'} & {*sys.modules})"
    read = subprocess.run(
        [sys.executable, "-c", f"import django; from django.conf import settings; django.setup(); {code}"],
        cwd=ROOT,
        env=os.environ
        | {"LANGUAGES": "en,wo", "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout == "['en', 'wo'] Wolof\nset()\n", (
        "nothing for reports and metrics is imported that nobody asked for"
    )
    # Django would not serve a language that has no catalogue anywhere.
    assert [path.parent.parent.name for path in tmp_path.glob("locale/*/LC_MESSAGES/django.mo")] == ["wo"]


def test_an_own_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    from portal.settings.secret import local_secret

    secret = local_secret(tmp_path / "data")
    assert len(secret) >= 50
    assert local_secret(tmp_path / "data") == secret
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o077 == 0


def test_the_database_is_in_the_folder_of_the_data_whatever_its_name(tmp_path):
    folder = tmp_path / AWKWARD
    code = "from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings.demo"}
    assert manage("shell", "-v", "0", "-c", code, **environment).stdout.strip() == str(folder / "portal.sqlite3")
