"""Locks that the operating system or the database releases when their holder ends.

No process has to guess from a time or a process number whether the holder still runs. filelock would
replace `hold_file` only in part: `manage.py start` passes its open file on to the supervisor.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

Key = tuple[int, int]

# The keys of the advisory locks in PostgreSQL; nothing else in the portal uses them.
WORKER_KEY: Key = (7_115, 1)
DEPLOYMENT_KEY: Key = (7_115, 2)
# How the locked files beside the database of SQLite end.
ENDINGS = {WORKER_KEY: "worker-lock", DEPLOYMENT_KEY: "deployment-lock"}
# The file in DATA_DIR that every process of the portal has locked, together with the others.
PROCESSES = "processes.lock"
_present: dict[Path, IO[str]] = {}


class Held(Exception):
    """Another process holds the lock."""


def hold_file(path: Path, patience: float = 0, *, shared: bool = False) -> IO[str]:
    """Lock a file until the returned object is closed or the process ends, and all processes that it has forked.

    shared: together with others that do so. Waits up to `patience` seconds while another process holds the lock, then
    raises Held.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # To read and to write: over a network one lock needs the first, the other one the second.
    file = path.open("a+")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
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


def be_present(folder: Path) -> None:
    """Be one of the processes of the portal in this DATA_DIR, until this process ends and all that it has forked.

    Raises Held while a process is the only one.
    """
    _present[folder] = hold_file(folder / PROCESSES, shared=True)


@contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Be the only process of the portal in this DATA_DIR; afterwards, none of them. Raises Held.

    For a command that replaces what the others use. The machines of a portal share the folder.
    """
    if present := _present.pop(folder, None):
        present.close()
    with hold_file(folder / PROCESSES):
        yield


def _file_of(key: Key) -> Path:
    return Path(f"{connection.settings_dict['NAME']}.{ENDINGS[key]}")


def only_worker(patience: float = 0) -> AbstractContextManager[Callable[[], object]]:
    """Hold the lock of the only worker of this database.

    Yields a function that raises when the lock is lost. Raises Held when another worker keeps the lock for
    `patience` seconds.
    """
    return _only(WORKER_KEY, patience)


def only_deployment() -> AbstractContextManager[Callable[[], object]]:
    """Hold the lock of the only `manage.py deploy` for this database. Raises Held."""
    return _only(DEPLOYMENT_KEY, 0)


@contextmanager
def _only(key: Key, patience: float) -> Iterator[Callable[[], object]]:
    """Hold a lock of this database.

    SQLite: a locked file beside the database. PostgreSQL: an advisory lock, which belongs to the connection of this
    thread.
    """
    if connection.vendor == "sqlite":
        with hold_file(_file_of(key), patience):
            yield lambda: None
        return
    until = time.monotonic() + patience
    with connection.cursor() as cursor:
        while not _ask(cursor, "SELECT pg_try_advisory_lock(%s, %s)", key):
            if time.monotonic() >= until:
                raise Held(key)
            time.sleep(0.2)
        yield lambda: cursor.execute("SELECT 1")
        _ask(cursor, "SELECT pg_advisory_unlock(%s, %s)", key)


def worker_is_alive() -> bool:
    """Return whether a worker of this database runs, on this or another machine."""
    if connection.vendor == "sqlite":
        return file_is_held(_file_of(WORKER_KEY))
    with connection.cursor() as cursor:
        return _ask(
            cursor,
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            " AND classid = %s AND objid = %s)",
            WORKER_KEY,
        )


def _ask(cursor, question: str, key: Key) -> bool:
    cursor.execute(question, key)
    return cursor.fetchone()[0]
