"""Fixtures for tests that run real processes of the portal: a database of their own, and the processes."""

import os
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.ports import free_port
from tests.waiting import CEILING, wait_until

# Characters that mean something in URLs, in Supervisor's configuration or in a shell.
AWKWARD = "50% #1 ;it's ?a=b \"& é"


@pytest.fixture
def own_database(django_db_setup, django_db_blocker, tmp_path, request):
    """A copy of the empty test database that several processes use, with the test's own connection.

    It is deleted afterwards. Yields its DATABASE_URL.
    """
    names = connection.settings_dict
    original = names["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        # Not of `original`: pytest-django creates that only for tests with the mark `django_db`.
        if connection.vendor == "sqlite":
            copy = str(tmp_path / "copy.sqlite3")
            _copy_sqlite(request.getfixturevalue("migrated_database"), copy)
            url = f"sqlite:///{copy}"
        else:
            copy, template = f"copy_{os.getpid()}", request.getfixturevalue("migrated_template")
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
            url = f"postgres://{names['USER']}:{names['PASSWORD']}@{names['HOST']}:{names['PORT']}/{copy}"
        names["NAME"] = copy
        yield url
        connection.close()
        names["NAME"] = original
        if connection.vendor != "sqlite":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _copy_sqlite(source: str, target: str) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


@pytest.fixture
def start(own_database, tmp_path):
    """A function that starts `manage.py …` on that database. Processes that still run at the end are killed."""
    processes = []

    def started(*command: str, **variables: str) -> subprocess.Popen:
        environment = {
            **os.environ,
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            **variables,
        }
        log = (tmp_path / "log.txt").open("a")
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """An empty disk of 256 kB, mounted for this test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("This machine allows no mounts.")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def serve(own_database, tmp_path):
    """A function that serves a portal on that database as `make run` does, and returns its address.

    settings_module: the last part of its name. variables: added to the environment.
    """
    servers = []

    def served(settings_module: str = "test", **variables: str) -> str:
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))},
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": f"portal.settings.{settings_module}",
            "PORT": str(port),
            **variables,
        }
        log = (tmp_path / "gunicorn.log").open("a")
        command = [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"]
        servers.append(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=log))
        wait_until(lambda: _answers(f"http://localhost:{port}/healthz"))
        return f"http://localhost:{port}"

    yield served
    for server in servers:
        server.terminate()
        server.wait(CEILING)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def is_running(pid: int) -> bool:
    """Return whether a process runs. A zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
