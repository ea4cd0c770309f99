"""`manage.py start`, the second half of `make run` and `make dev`, as real processes.

Here the demonstration and the static files are marked as prepared; tests/smoke really prepares them.
"""

import os
import signal
import socket
import subprocess
import sys

import pytest
from django.conf import settings as project

from portal.bootstrap import database_birth, static_fingerprint
from portal.supervision import readiness
from tests.portal.conftest import AWKWARD
from tests.ports import free_port
from tests.waiting import CEILING, wait_until


@pytest.fixture
def data(tmp_path):
    """The folder of the portal's data, with a name that is hard to write."""
    folder = tmp_path / AWKWARD
    folder.mkdir()
    return folder


@pytest.fixture
def start_portal(own_database, tmp_path, data, settings):
    """A function that runs `manage.py start` with given settings and port."""
    settings.STATIC_ROOT = data / "static"
    (data / "static-collected").write_text(static_fingerprint())
    (data / "demonstration-loaded").write_text(database_birth())
    (data / "demonstration-accounts.txt").write_text("editor@example.org  secret-words\n")
    started = []

    def start(module: str, port: int) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=project.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": f"portal.settings.{module}",
                "DATABASE_URL": own_database,
                "DATA_DIR": str(data),
                "PORT": str(port),
            },
            stdin=subprocess.DEVNULL,
            stdout=(tmp_path / f"output-{len(started)}").open("w"),
            stderr=subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(CEILING)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.mark.parametrize("module", ["demo", pytest.param("dev", marks=pytest.mark.one_database)])
def test_web_server_and_worker_answer_until_ctrl_c_ends_both(start_portal, tmp_path, data, port, module):
    portal = start_portal(module, port)
    output = tmp_path / "output-0"
    wait_until(lambda: "Ctrl-C ends it." in output.read_text())
    assert f"http://localhost:{port}/" in output.read_text()
    assert "editor@example.org  secret-words" in output.read_text()
    assert wait_until(lambda: readiness(port))["ready"] is True

    second = start_portal(module, free_port())
    assert second.wait(CEILING) != 0
    assert f"The portal in {data} is running already." in (tmp_path / "output-1").read_text()

    portal.send_signal(signal.SIGINT)
    assert portal.wait(CEILING) == 0
    assert "Lyceum has ended." in output.read_text()
    assert readiness(port) is None


def test_an_occupied_port_is_refused_before_anything_is_done(start_portal, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert start_portal("demo", taken).wait(CEILING) != 0
    lines = (tmp_path / "output-0").read_text().splitlines()
    assert lines == [
        f"CommandError: Port {taken} is occupied (Address already in use). Choose another: make run PORT={taken + 1}"
    ]
