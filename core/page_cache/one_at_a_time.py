"""One process at a time makes a page; the others of the machine wait for it, but not for long."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.01


@contextmanager
def one_at_a_time(path: Path, patience: float) -> Iterator[bool]:
    """Lock a file for the time of the context, and yield whether another had it before.

    A lock that is not free after `patience` seconds, or cannot be had, is done without. The operating system frees
    the lock of a process that is killed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError:
        yield False
        return
    with file:
        yield _wait(file, patience)


def _wait(file, patience: float) -> bool:
    until, waited = time.monotonic() + patience, False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return waited
        except OSError:
            waited = True
            if time.monotonic() >= until:
                return waited
        time.sleep(POLL_SECONDS)
