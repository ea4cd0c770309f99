"""Locks that the operating system or the database gives back when their holder dies.

So nobody has to guess from a clock or a process number whether the holder is still there.
"""

import fcntl
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

# The worker's advisory lock in PostgreSQL: two numbers that nothing else of the portal uses.
WORKER_KEY = (7_115, 1)


class Held(Exception):
    """Somebody else holds the lock."""


def hold_file(path: Path, patience: float = 0) -> IO[str]:
    """Lock a file until the returned object is closed or the process ends.

    Waits up to `patience` seconds for another holder. Raises Held.
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
    """Whether a process holds the lock of the file, which need not exist."""
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
    """Be the one worker of this database; a function that raises when that has ended is yielded.

    SQLite: a locked file beside the database. PostgreSQL: an advisory lock, which belongs to the
    connection of this thread and ends with it. Raises Held when another worker stays for
    `patience` seconds.
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
    """Whether some worker of this database runs now, on this machine or another."""
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
