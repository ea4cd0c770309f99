"""What `make run` prepares is prepared once, and again when it has changed."""

import os
import socket
import time

import pytest
from django.core.management.base import CommandError, OutputWrapper

from portal.bootstrap import database_birth, prepare_static_files
from portal.management.commands.start import check_port


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


def test_a_database_keeps_its_birth_and_differs_from_others(own_database):
    assert database_birth() == database_birth()
    assert database_birth().startswith("2")


def test_an_occupied_port_is_said_in_one_sentence_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is occupied .* make run PORT={port + 1}"):
            check_port(port)
    check_port(port)


def test_a_port_that_does_not_exist_is_said(monkeypatch):
    with pytest.raises(CommandError, match="There is no port 70000"):
        check_port(70_000)
