"""The demonstration, loaded once per run, and a web server that serves it."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.ports import free_port

PATIENCE = 60


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process of a portal whose data is in `data`."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))},
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'portal.sqlite3'}",
        **more,
    }


def manage(data: Path, *command: str, **more: str) -> None:
    """Run `manage.py` for the portal in `data`; `more` is added to its environment."""
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=environment(data, **more),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def loaded(shared: Path, migrated: Path) -> Path:
    """The folder with the demonstration's database, index and static files.

    shared: a folder of all processes of the run; the first of them loads it, the others wait.
    migrated: an empty database in which all migrations have run.
    """
    data = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "ready").exists():
            data.mkdir(exist_ok=True)
            shutil.copyfile(migrated, data / "portal.sqlite3")
            manage(data, "load_demo")
            manage(data, "search", "rebuild")
            manage(data, "collectstatic", "--no-input")
            (data / "ready").touch()
    return data


@contextmanager
def served(demonstration: Path, data: Path, **more: str) -> Iterator[str]:
    """Serve a copy of the demonstration in `data` without a worker; yield the address."""
    shutil.copytree(demonstration, data, dirs_exist_ok=True)
    port = free_port()
    address = f"http://localhost:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"],
        cwd=settings.BASE_DIR,
        env=environment(data, PORT=str(port), **more),
        stderr=(data / "gunicorn.log").open("w"),
    )
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def _wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")
