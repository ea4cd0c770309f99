"""One node for all processes of a test run."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from tests.elasticsearch.server import NodeError

ROOT = Path(__file__).parents[2]
# Kept, because Python warns if the object of a running process is deleted.
_started: list[subprocess.Popen] = []


def url(folder: Path, owner: int) -> str:
    """Return the URL of the node of all processes with the same folder. The first of them starts it.

    A separate process runs it, and ends it when the process `owner` has ended. Raises NodeError if the
    node does not start.
    """
    with (folder / "elasticsearch.url").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        address = file.read()
        if not address:
            address = _start(folder / "elasticsearch.log", owner)
            file.write(address)
    return address


def _start(log: Path, owner: int) -> str:
    # It ends shortly after the run: too late for coverage to collect its data.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "COVERAGE_"))}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.elasticsearch.server", "--while", str(owner)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            text=True,
        )
    _started.append(process)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        raise NodeError(log.read_text())
    return address
