"""Locks that the operating system or the database releases when their holder ends.

No process has to guess from a time or a process number whether the holder still runs. filelock would
replace `hold_file` only in part: `manage.py start` passes its open file on to the supervisor.
"""

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

# The key of the worker's advisory lock in PostgreSQL; nothing else in the portal uses it.
WORKER_KEY = (7_115, 1)


class Held(Exception):
    """Another process holds the lock."""


def hold_file(path: Path, patience: float = 0) -> IO[str]:
    """Lock a file until the returned object is closed or the process ends.

    Waits up to `patience` seconds while another process holds the lock, then raises Held.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() >= until:
                file.close()
                raise Held(path) from error
            time.sleep(0.1)
        else:
            return file


def file_is_held(path: Path) -> bool:
    """Return whether a process holds the lock of the file. The file does not need to exist."""
    if not path.exists():
        return False
    try:
        hold_file(path).close()
    except Held:
        return True
    return False


def _worker_file() -> Path:
    return Path(f"{connection.settings_dict['NAME']}.worker-lock")


@contextmanager
def only_worker(patience: float = 0):
    """Hold the lock of the only worker of this database.

    Yields a function that raises when the lock is lost. SQLite: a locked file beside the database.
    PostgreSQL: an advisory lock, which belongs to the connection of this thread. Raises Held when
    another worker keeps the lock for `patience` seconds.
    """
    if connection.vendor == "sqlite":
        with hold_file(_worker_file(), patience):
            yield lambda: None
        return
    until = time.monotonic() + patience
    with connection.cursor() as cursor:
        while not _ask(cursor, "SELECT pg_try_advisory_lock(%s, %s)"):
            if time.monotonic() >= until:
                raise Held(WORKER_KEY)
            time.sleep(0.2)
        yield lambda: cursor.execute("SELECT 1")
        _ask(cursor, "SELECT pg_advisory_unlock(%s, %s)")


def worker_is_alive() -> bool:
    """Return whether a worker of this database runs, on this or another machine."""
    if connection.vendor == "sqlite":
        return file_is_held(_worker_file())
    with connection.cursor() as cursor:
        return _ask(
            cursor,
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            " AND classid = %s AND objid = %s)",
        )


def _ask(cursor, question: str) -> bool:
    cursor.execute(question, WORKER_KEY)
    return cursor.fetchone()[0]
