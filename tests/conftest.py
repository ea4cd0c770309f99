"""Fixtures of all tests."""

import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TestCase
from django.utils import translation

from search import current_engine
from tests import demonstration as demonstration_network
from tests import services
from tests.elasticsearch import shared


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config) -> int:
    """Three processes for two processors: many tests wait for other processes, for a server or for a time to pass."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_finish():
    """Collect garbage more rarely than Python does: each file ends with a full collection."""
    gc.set_threshold(50_000, 10, 1000)


def pytest_collection_modifyitems(items):
    """Mark tests that use the database, so that `-m database` selects them; let those of a sweep or smoke take long."""
    for item in items:
        if item.get_closest_marker("sweep"):
            item.add_marker(pytest.mark.timeout(0))
        if item.get_closest_marker("smoke"):
            item.add_marker(pytest.mark.timeout(1800))  # it installs the portal, beside other tests
        # The demonstration is kept as an SQLite database.
        if item.get_closest_marker("one_database") or "demonstration" in item.fixturenames:
            continue
        if item.get_closest_marker("django_db") or {"db", "django_db_setup"} & set(item.fixturenames):
            item.add_marker("database")
    items[:] = _begun_early(items)


def _begun_early(items: list) -> list:
    """Put one test of the demonstration first, and the others behind the first half of the tests.

    To load it takes more than a minute, in which the other processes would wait if they got such a test.
    """
    half = len(items) // 2
    early = [item for item in items[:half] if "demonstration" in item.fixturenames]
    others = [item for item in items[:half] if "demonstration" not in item.fixturenames]
    return early[:1] + others + early[1:] + items[half:]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """After each file, exempt from garbage collection what is there: modules, templates, URLs.

    They stay, and are many times the objects of a test. Decoding a picture collects garbage each time.
    """
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()


def pytest_terminal_summary(terminalreporter):
    services.report_skipped(terminalreporter)


@pytest.fixture(autouse=True)
def english_at_first():
    """Reset the active language, which a request of the test before may have changed."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def empty_cache():
    """Empty the cache, which a rollback does not: rows of the test before had the same ids."""
    cache.clear()


@pytest.fixture(autouse=True)
def empty_index():
    """Remove the embedded index that the test before left: its documents name rows by ids that are used again."""
    if settings.SEARCH_DIRECTORY.exists():
        shutil.rmtree(settings.SEARCH_DIRECTORY)
        current_engine._engine.cache_clear()


class Browser(Client):
    """A test client that runs on-commit callbacks after each request.

    Tests run in a transaction that is rolled back, so nothing is ever committed.
    """

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


@pytest.fixture
def sign_in():
    """A function that returns a browser in which `user` is signed in."""

    def signed_in(user) -> Browser:
        browser = Browser()
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory, migrated_database) -> Path:
    """A folder with the loaded demonstration. All tests share it: a test that writes uses a copy."""
    shared = tmp_path_factory.getbasetemp()
    return demonstration_network.loaded(
        shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared, migrated_database
    )


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory) -> str:
    """The URL of a real Elasticsearch. All workers share it: each test uses its own index prefix."""
    services.need(services.ELASTICSEARCH)
    folder, run = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder, run = folder.parent, os.getppid()
    return os.environ.get("ELASTICSEARCH_URL") or shared.url(folder, run)


def _fingerprint() -> str:
    """A value that changes when the migrations change."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def migrated_database() -> Path:
    """A SQLite file in which all migrations have run. It is made once, because that takes long."""
    folder = _cache_folder()
    path = folder / f"migrated-{_fingerprint()}.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            _migrate(f"sqlite:///{draft}")
            draft.rename(path)
    return path


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory, django_db_blocker) -> str:
    """The name of a PostgreSQL database in which all migrations have run: one for all processes of the run.

    A dump of it is kept, because the migrations take long.
    """
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    name = f"migrated_{_fingerprint()}"
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    dump = _cache_folder() / f"{name}.sql"
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "template-ready").exists():
            with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}"')
            if dump.exists():
                subprocess.run(["psql", "--quiet", "--output", os.devnull, "--file", dump, url], check=True)
            else:
                _migrate(url)
                subprocess.run(["pg_dump", "--no-owner", "--file", dump.with_suffix(".draft"), url], check=True)
                dump.with_suffix(".draft").rename(dump)
            (shared / "template-ready").touch()
    return name


def _cache_folder() -> Path:
    folder: Path = settings.BASE_DIR / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    return folder


def _migrate(database_url: str) -> None:
    """Run all migrations in an empty database."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        check=True,
    )


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite, start from a copy of the migrated file."""
    return _on_sqlite()


def _on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, request) -> None:
    """Let Django's test database, which pytest-xdist has named, be a copy of the migrated one."""
    test = settings.DATABASES["default"]["TEST"]
    if _on_sqlite():
        shutil.copyfile(request.getfixturevalue("migrated_database"), test["NAME"])
    else:
        test["TEMPLATE"] = request.getfixturevalue("migrated_template")


def pytest_unconfigure(config):
    """Remove the temporary DATA_DIR of this process."""
    if settings.configured and settings.DATA_DIR.name.startswith("lyceum-test-"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
