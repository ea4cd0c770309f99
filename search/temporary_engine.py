"""An engine with an index of its own for a while, of which nothing stays: not even when its process is killed.

Beside the folder of the real index, `search-temporary/` has for each temporary one::

    ID.lock   held (`flock`) by the process that uses it, for as long as that lives
    ID/       the index of the embedded engine; empty for Elasticsearch, whose indexes are called PREFIX-ID

An ID begins with the name of its engine. The lock comes first and goes last. So whoever needs a
temporary engine next can tell which ones belong to nobody any more, and removes them.
"""

import fcntl
import os
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.conf import settings

from search.current_engine import engine_options
from search_engines import SearchEngine, get_engine

# The timeouts of readers do not matter to a temporary index.
_TIMEOUTS = {"timeout": 60.0, "deadline": 120.0}
_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def folder() -> Path:
    """Where the temporary indexes of this installation are."""
    return Path(settings.SEARCH_DIRECTORY).with_name("search-temporary")


@contextmanager
def temporary_engine() -> Iterator[SearchEngine]:
    """Yield an engine of the kind that the settings choose, with an empty index, and remove that at the end.

    First removes what killed processes have left. Raises EngineUnavailable when that is not possible now.
    """
    remove_abandoned()
    with ExitStack() as held:
        held.enter_context(_exit_on_signals())
        identity = held.enter_context(_claim())
        engine = _engine(identity)
        held.callback(engine.destroy)
        yield engine


def remove_abandoned() -> None:
    """Remove the temporary indexes whose processes do not live any more. Raises EngineUnavailable."""
    for lock in folder().glob(f"{settings.SEARCH_ENGINE}-*.lock"):
        with _held(lock) as is_ours:
            if is_ours:
                _engine(lock.stem).destroy()
                _forget(lock)


@contextmanager
def _claim() -> Iterator[str]:
    """Yield the identity of a new temporary index, which is this process's until the end."""
    folder().mkdir(parents=True, exist_ok=True)
    while True:
        lock = folder() / f"{settings.SEARCH_ENGINE}-{secrets.token_hex(6)}.lock"
        lock.touch()
        with _held(lock) as is_ours:
            if not is_ours:  # taken for an abandoned one between the two steps
                continue
            try:
                yield lock.stem
            finally:
                _forget(lock)
            return


@contextmanager
def _held(lock: Path) -> Iterator[bool]:
    """Hold the lock and yield True; yield False when another process holds it or has removed it."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield os.fstat(descriptor).st_nlink > 0
    finally:
        os.close(descriptor)


def _forget(lock: Path) -> None:
    """Remove the files of a temporary index, its lock last, and the folder of all if it is empty."""
    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    lock.unlink(missing_ok=True)
    with suppress(OSError):
        lock.parent.rmdir()


def _engine(identity: str) -> SearchEngine:
    changes: dict[str, dict] = {
        "embedded": {"path": folder() / identity},
        "elasticsearch": {"prefix": f"{settings.SEARCH_INDEX_PREFIX}-{identity}", **_TIMEOUTS},
    }
    return get_engine(settings.SEARCH_ENGINE, **engine_options(**changes[settings.SEARCH_ENGINE]))


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Let signals that end a process end it by an exception, so that it clears up. In the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda number, _frame: sys.exit(128 + number)) for number in _ENDING_SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
