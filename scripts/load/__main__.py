"""Put a mixed load on a portal of this run: `make load` or `make load MINUTES=30`, which also watches the memory.

The portal is deployed as in production: gunicorn with its own configuration, a worker, the PostgreSQL of DATABASE_URL,
and Elasticsearch; everything on loopback. Prints a table, and ends with an error if a request failed, or the targets
are missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.elasticsearch import server
from tests.ports import free_port

# Milliseconds within which 95 of 100 requests are answered, by the first word of their names.
TARGETS = {"page": 300, "search": 400}
# From so many seconds on it is a soak: a process may grow by this share, and open so many handles more.
SOAK_SECONDS = 30 * 60
GROWTH = 1.05
HANDLES = 10
# Seconds until the demonstration is loaded, and then until the processes have their caches.
START, WARM = 1200, 60


@contextmanager
def portal(data: Path, engine: str) -> Iterator[str]:
    """Yield the address of a portal with the demonstration."""
    port = free_port()
    address = f"http://localhost:{port}"
    environment = os.environ | {
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "ELASTICSEARCH_URL": engine,
        "PORT": str(port),
        "SEARCH_ENGINE": "elasticsearch",
        "SEARCH_INDEX_PREFIX": f"load-{os.getpid()}",
    }
    supervisor = subprocess.Popen([sys.executable, "manage.py", "start"], env=environment)
    try:
        until = time.monotonic() + START
        while not _is_ready(address):
            if supervisor.poll() is not None or time.monotonic() > until:
                raise SystemExit("The portal has not started.")
            time.sleep(1)
        yield address
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return json.load(answer)["ready"]
    except OSError:
        return False


def processes(data: Path) -> dict[str, tuple[int, int]]:
    """Resident bytes and open handles of the processes of the portal, by program and process id."""
    found = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended, or belongs to somebody else
            words = process.cmdline()
            name = next((name for name in ("gunicorn", "worker") if name in words), "")
            if name and process.environ().get("DATA_DIR") == str(data):
                found[f"{name} {process.pid}"] = (process.memory_info().rss, process.num_fds())
    return found


def load(address: str, data: Path, seconds: int) -> tuple[list[dict], list[str]]:
    """Let the users work; return the numbers of each kind of request, and what is wrong with users and processes."""
    users = str(Path(__file__).with_name("users.py"))
    command = [
        sys.executable,
        "-m",
        "locust",
        "--locustfile",
        users,
        "--headless",
        "--users",
        "50",
        "--spawn-rate",
        "5",
    ]
    command += ["--host", address, "--run-time", f"{seconds}s", "--json", "--only-summary"]
    locust = subprocess.Popen(command, env=os.environ | {"LOAD_DATA": str(data)}, stdout=subprocess.PIPE, text=True)
    time.sleep(min(WARM, seconds / 2))
    before = processes(data)
    numbers, _errors = locust.communicate()
    faults = ["Locust has met errors, see above."] if locust.returncode else []
    grown = growth(before, processes(data))
    return json.loads(numbers), faults + (grown if seconds >= SOAK_SECONDS else [])


def percentile(row: dict, share: float) -> float:
    """The milliseconds within which this share of the requests was answered."""
    left = row["num_requests"] * share
    for milliseconds, count in sorted((float(key), count) for key, count in row["response_times"].items()):
        left -= count
        if left <= 0:
            return milliseconds
    return 0


def faults_of(rows: list[dict]) -> list[str]:
    """Print the table; return what misses the targets."""
    faults = []
    print(f"{'':28}{'requests':>9}{'per s':>8}{'p50 ms':>8}{'p95 ms':>8}{'errors':>8}")
    for row in sorted(rows, key=lambda row: row["name"]):
        seconds = max(row["last_request_timestamp"] - row["start_time"], 1)
        p95 = percentile(row, 0.95)
        print(
            f"{row['name']:28}{row['num_requests']:9}{row['num_requests'] / seconds:8.1f}"
            f"{percentile(row, 0.5):8.0f}{p95:8.0f}{row['num_failures']:8}"
        )
        if row["num_failures"]:
            faults.append(f"{row['name']}: {row['num_failures']} errors")
        target = TARGETS.get(row["name"].partition(":")[0])
        if target and p95 > target:
            faults.append(f"{row['name']}: 95 % within {p95:.0f} ms, allowed are {target}")
    return faults


def growth(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    """Print memory and handles of each process; return what has grown too much, or has ended."""
    faults = [f"{name} has ended" for name in before.keys() - after.keys()]
    for name in sorted(before.keys() & after.keys()):
        (memory, handles), (memory_after, handles_after) = before[name], after[name]
        print(f"{name:28}{memory >> 20:6} → {memory_after >> 20} MiB{handles:6} → {handles_after} handles")
        if memory_after > memory * GROWTH or handles_after > handles + HANDLES:
            faults.append(f"{name} has grown")
    return faults


def main() -> int:
    """Start the portal, put the load on it, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m scripts.load", description=__doc__.splitlines()[0])
    parser.add_argument("minutes", nargs="?", type=float, default=5)
    minutes = parser.parse_args().minutes
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit("DATABASE_URL must name a PostgreSQL that may be filled: run it with .ci/with-postgresql.")
    with tempfile.TemporaryDirectory(prefix="lyceum-load-") as folder, server.measured() as engine:
        if not engine:
            raise SystemExit("Set ELASTICSEARCH_URL: this machine cannot make a server (see tests/services.py).")
        data = Path(folder)
        with portal(data, engine) as address:
            rows, faults = load(address, data, round(minutes * 60))
    faults += faults_of(rows)
    print("\n".join(faults) or "All targets are met.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
