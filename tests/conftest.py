"""What tests of the whole portal share."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, TestCase
from django.utils import translation

from tests import demonstration as demonstration_network
from tests import services
from tests.elasticsearch import shared


def pytest_collection_modifyitems(items):
    """Mark what touches the database, so that `-m database` chooses it."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "django_db_setup"} & set(item.fixturenames):
            item.add_marker("database")


def pytest_terminal_summary(terminalreporter):
    services.report_skipped(terminalreporter)


@pytest.fixture(autouse=True)
def english_at_first():
    """No test begins in the language of the page that the one before it asked for."""
    translation.deactivate()


class Browser(Client):
    """A test client after whose requests everything runs that waits for the commit.

    Tests run inside one transaction that is rolled back, so nothing would ever be committed.
    """

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


@pytest.fixture
def sign_in():
    """A function that gives a browser in which `user` is signed in."""

    def signed_in(user) -> Browser:
        browser = Browser()
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, migrated_database) -> Path:
    """A folder with the loaded demonstration. All share it: a test that writes takes a copy."""
    shared = tmp_path_factory.getbasetemp()
    return demonstration_network.loaded(
        shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared, migrated_database
    )


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory) -> str:
    """Where a real Elasticsearch answers. All workers share it: a test takes an index prefix of its own."""
    services.need(services.ELASTICSEARCH)
    folder, run = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder, run = folder.parent, os.getppid()
    return os.environ.get("ELASTICSEARCH_URL") or shared.url(folder, run)


def _fingerprint() -> str:
    """Changes when what the migrations make changes."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def migrated_database() -> Path:
    """A SQLite file in which all migrations have run; made once, because that takes a while."""
    folder = settings.BASE_DIR / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    path = folder / f"migrated-{_fingerprint()}.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=settings.BASE_DIR,
                env=os.environ
                | {"DATABASE_URL": f"sqlite:///{draft}", "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
                check=True,
            )
            draft.rename(path)
    return path


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the tests begin with a copy of the migrated file."""
    return _on_sqlite()


def _on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, request) -> None:
    """Lay the copy where Django expects its test database, after pytest-xdist has named it."""
    if _on_sqlite():
        shutil.copyfile(request.getfixturevalue("migrated_database"), settings.DATABASES["default"]["TEST"]["NAME"])


def pytest_unconfigure(config):
    """Remove what this process wrote: its own temporary DATA_DIR."""
    if settings.configured and settings.DATA_DIR.name.startswith("lyceum-test-"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
