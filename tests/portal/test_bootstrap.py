"""`make run` prepares the portal once, and again when something has changed."""

import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings as project
from django.core.management.base import CommandError, OutputWrapper
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.bootstrap import database_birth, prepare_static_files
from portal.checks import check_database, outdated_database
from portal.management.commands.start import check_port
from tests.ports import free_port


@pytest.fixture
def own_static_files(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    folder = tmp_path / "own"
    folder.mkdir()
    settings.STATICFILES_DIRS = [folder]
    (folder / "portal.css").write_text("body { color: black }")
    return folder


def test_static_files_are_collected_when_they_have_changed_and_only_then(own_static_files, settings, tmp_path):
    output = OutputWrapper((tmp_path / "output").open("w"))
    assert prepare_static_files(output) is True
    assert (settings.STATIC_ROOT / "portal.css").read_text() == "body { color: black }"
    assert prepare_static_files(output) is False
    (own_static_files / "portal.css").write_text("body { color: navy }")
    os.utime(own_static_files / "portal.css", (time.time() + 2, time.time() + 2))
    assert prepare_static_files(output) is True
    assert (settings.STATIC_ROOT / "portal.css").read_text() == "body { color: navy }"


def test_the_birth_of_a_database_does_not_change(own_database):
    assert database_birth() == database_birth()
    assert database_birth().startswith("2")


@pytest.fixture
def record_migration(own_database):
    """A function that records in that database that a migration has been applied."""
    return lambda app, name: MigrationRecorder(connection).record_applied(app, name)


@pytest.mark.parametrize("command", [["start"], ["migrate"], ["check", "--database", "default"]], ids=" ".join)
def test_a_database_from_before_the_collapse_is_refused_with_the_way_out(
    record_migration, own_database, tmp_path, command
):
    record_migration("calls", "0002_initial")
    connection.close()
    ran = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=project.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "DATABASE_URL": own_database,
            "DATA_DIR": str(tmp_path),
            "PORT": str(free_port()),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    name = connection.settings_dict["NAME"]
    assert f"The database {name} was made by an early development version and cannot be upgraded: " in ran.stderr
    assert ("move this file" if connection.vendor == "sqlite" else "in DATABASE_URL") in ran.stderr
    if command == ["start"]:
        assert len(ran.stderr.splitlines()) == 1


def test_a_database_of_a_newer_version_is_pointed_out(record_migration):
    assert check_database(None, databases=["default"]) == []
    record_migration("calls", "9999_of_a_later_release")
    (warning,) = check_database(None, databases=["default"])
    assert warning.id == "portal.W002"
    assert "calls.9999_of_a_later_release" in warning.msg
    assert outdated_database() is None


def test_a_migration_of_another_package_that_is_gone_is_no_fault(record_migration):
    record_migration("wagtailcore", "9999_of_a_later_release")
    assert check_database(None, databases=["default"]) == []


def test_an_occupied_port_is_refused_in_one_sentence_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is occupied .* make run PORT={port + 1}"):
            check_port(port)
    check_port(port)


def test_a_port_that_does_not_exist_is_refused(monkeypatch):
    with pytest.raises(CommandError, match="There is no port 70000"):
        check_port(70_000)
