"""What `make run` starts is restarted when it ends, and ends when it should."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from portal.supervision import configuration, greeting, readiness, variables
from tests.portal.conftest import AWKWARD, is_running
from tests.ports import free_port
from tests.waiting import wait_until


@pytest.fixture
def folder(tmp_path):
    """The folder of the portal's data, with a name that is hard to write."""
    folder = tmp_path / AWKWARD
    (folder / "log").mkdir(parents=True)
    return folder


@pytest.fixture
def pids(folder):
    """A function that returns the process numbers of a program's newest start: its own and its child's."""

    def newest(name: str) -> tuple[int, ...]:
        file = folder / name
        lines = file.read_text().splitlines() if file.exists() else []
        return tuple(int(pid) for pid in lines[-1].split()) if lines else ()

    return newest


@pytest.fixture
def supervised(folder, pids):
    """A supervisor of two programs, `web` and `worker`, both running; and the command that starts one."""
    programs = {name: [sys.executable, "-m", "tests.portal.program", str(folder), name] for name in ("web", "worker")}
    file = folder / "supervisor.conf"
    file.write_text(configuration(programs, to_console=False))
    environment = os.environ | variables(programs, settings.BASE_DIR, folder)
    command = [sys.executable, "-m", "portal.supervision", str(file), str(free_port())]
    started = []
    # As in a terminal. Under nohup, a program would inherit that SIGHUP is ignored.
    as_it_was = signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def start(*before: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [*before, *command], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        wait_until(lambda: pids("web") and pids("worker"))
        return process

    yield start
    signal.signal(signal.SIGHUP, as_it_was)
    for process in started:
        process.kill()
        process.wait()
    for pid in (*pids("web"), *pids("worker")):
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_program_that_is_killed_again_and_again_comes_back_each_time(supervised, pids):
    supervised()
    web = pids("web")
    for _ in range(5):
        killed = pids("worker")
        os.kill(killed[0], signal.SIGKILL)
        wait_until(lambda killed=killed: pids("worker") != killed)
        os.kill(killed[1], signal.SIGKILL)
    assert is_running(pids("worker")[0])
    assert pids("web") == web


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_everything_that_was_started(supervised, pids, number):
    supervisor = supervised()
    supervisor.send_signal(number)
    output, _ = supervisor.communicate(timeout=60)
    assert output == "Lyceum has ended.\n"
    assert not any(map(is_running, (*pids("web"), *pids("worker"))))


def test_everything_ends_when_the_supervisor_is_killed(supervised, pids):
    supervised().kill()
    wait_until(lambda: not any(map(is_running, (*pids("web"), *pids("worker")))))


def test_everything_ends_when_the_make_that_started_it_is_killed(supervised, pids):
    make = supervised("sh", "-c", '"$@"; true', "make")
    make.kill()
    wait_until(lambda: not any(map(is_running, (*pids("web"), *pids("worker")))))


def test_the_console_shows_the_address_the_engine_and_the_accounts(tmp_path):
    (tmp_path / "demonstration-accounts.txt").write_text("editor@example.org  secret-words\n")
    (tmp_path / "demonstration-links.txt").write_text("city-owner@example.org  /pt/desk/sign-in/link/abc/\n")
    words = greeting(8123, "embedded", True, tmp_path)
    assert "http://localhost:8123/" in words
    assert "embedded engine" in words
    assert "editor@example.org  secret-words" in words
    assert "city-owner@example.org  http://localhost:8123/pt/desk/sign-in/link/abc/" in words


def test_the_console_says_that_the_search_is_degraded(tmp_path):
    words = greeting(8123, "elasticsearch", False, tmp_path)
    assert "Search is degraded" in words
    assert "the elasticsearch engine does not answer" in words


def test_nobody_is_ready_where_nobody_listens():
    assert readiness(free_port()) is None


def test_the_logs_are_in_a_folder_whose_name_is_hard_to_write(supervised, folder):
    supervised()
    assert {path.name for path in (folder / "log").iterdir()} == {"supervisor.log", "web.log", "worker.log"}
