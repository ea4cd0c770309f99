"""The portal as `make run` serves it, on its own port, and readers who send requests."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

PATIENCE = 60.0


class Served:
    """A running portal."""

    def __init__(self, port: int, process: int):
        self._port, self._process = port, process

    def rate(self, address: str, readers: int, requests: int = 200) -> float:
        """Return how many requests a second are answered when `readers` ask for one address at the same time."""
        self.ask([address] * readers, readers)
        started = time.perf_counter()
        self.ask([address] * requests, readers)
        return requests / (time.perf_counter() - started)

    def ask(self, addresses: Sequence[str], readers: int = 1) -> list[float]:
        """Request the addresses and return the seconds that each answer took.

        readers: how many connections request at the same time, each one address after the other. Raises
        ValueError for a status other than 200.
        """
        shares = [addresses[number::readers] for number in range(readers)]
        with ThreadPoolExecutor(readers) as pool:
            return [seconds for share in pool.map(self._read, shares) for seconds in share]

    def memory(self) -> int:
        """Return the resident memory of its largest process, in bytes."""
        children = Path(f"/proc/{self._process}/task/{self._process}/children").read_text().split()
        return max(_resident(number) for number in [str(self._process), *children])

    def _read(self, addresses: Sequence[str]) -> list[float]:
        connection = HTTPConnection("localhost", self._port, timeout=PATIENCE)
        times = []
        for address in addresses:
            started = time.perf_counter()
            connection.request("GET", address)
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - started)
            if response.status != 200:
                raise ValueError(f"{address} answers {response.status}")
        connection.close()
        return times


@contextmanager
def served(application: str = "portal.wsgi", first: str = "/healthz") -> Iterator[Served]:
    """Serve what this environment has with gunicorn and the portal's configuration. first: an address that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "python:portal.gunicorn",
            "--log-level",
            "warning",
            application,
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        portal = Served(port, process.pid)
        _wait_for(portal, first)
        yield portal
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(portal: Served, address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            portal.ask([address])
        except (OSError, HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _resident(process: str) -> int:
    """Return the resident memory of a process, in bytes (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
