"""The worker: runs in one process what requests do not wait for.

Each periodic task has its own thread and database connection, so that a mail server that does not answer
does not delay the search index. A task that fails is logged with its name and tried again after a
growing pause; it never ends the worker. A task must be safe to run twice: the process may be killed at
any instruction.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections
from django.utils.functional import Promise

from portal.logs.context import logged_with

logger = logging.getLogger("portal.worker")

# Seconds. A periodic task that fails waits 1, 2, 4 … and at most this long.
LONGEST_PAUSE = 60
# How long the current steps may take after the worker was told to stop.
LAST_STEP_SECONDS = 8


Record = Callable[[str, Exception | None], None]
"""Takes the name of a periodic task after each step, and the error that the step raised, if it did."""


class WorkerEnded(Exception):
    """The worker cannot continue: one of its threads has ended."""


@dataclass(frozen=True)
class PeriodicTask:
    """Work that is done again and again.

    `work` does one step and returns whether there may be more to do at once. Otherwise the task waits
    `interval` seconds. Intervals of 60 seconds or more are aligned to the clock: 60 means each full minute,
    86,400 with `offset=3 * 3600` means 03:00 UTC each day.
    """

    name: str
    work: Callable[[], bool]
    interval: float
    offset: float = 0
    label: str | Promise = ""
    """The name for administrators."""

    def pause(self, now: float) -> float:
        """Return the seconds to wait when there is nothing to do at `now` (seconds since 1970, UTC)."""
        if self.interval < 60:
            return self.interval
        return self.interval - (now - self.offset) % self.interval

    def number_of_interval(self, now: float) -> int:
        """Return which of the intervals since 1970 has `now`."""
        return int((now - self.offset) // self.interval)


class Worker:
    """Runs periodic tasks until `stop()` is called."""

    def __init__(self, periodic_tasks: Sequence[PeriodicTask], record: Record = lambda name, error: None):
        self.periodic_tasks = periodic_tasks
        self.record = record
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Finish the current steps and end."""
        self.stopping.set()

    def run(self, check: Callable[[], object]) -> None:
        """Run the periodic tasks until `stop()`.

        `check` is called about once a second; an exception that it raises ends the worker, such as that its
        lock is lost. Raises WorkerEnded when a thread has ended.
        """
        threads = [
            threading.Thread(target=self._run, args=(task,), name=task.name, daemon=True)
            for task in self.periodic_tasks
        ]
        for thread in threads:
            thread.start()
        try:
            while not self.stopping.wait(1):
                check()
                if dead := [thread.name for thread in threads if not thread.is_alive()]:
                    raise WorkerEnded(f"a periodic task has ended: {', '.join(dead)}")
        finally:
            self.stopping.set()
            until = time.monotonic() + LAST_STEP_SECONDS
            for thread in threads:
                thread.join(max(0, until - time.monotonic()))

    def _run(self, periodic_task: PeriodicTask) -> None:
        with logged_with(task=periodic_task.name):
            self._run_repeatedly(periodic_task)

    def _run_repeatedly(self, periodic_task: PeriodicTask) -> None:
        failures = 0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                more = periodic_task.work()
                self.record(periodic_task.name, None)
            except Exception as error:
                failures += 1
                self._record_failure(periodic_task.name, error)
                pause = min(2 ** (failures - 1), LONGEST_PAUSE)
                logger.exception("%s failed (%d in a row); again in %d s", periodic_task.name, failures, pause)
                close_old_connections()
                self.stopping.wait(pause)
            else:
                failures = 0
                close_old_connections()
                if not more:
                    self._wait(periodic_task)
        connections.close_all()

    def _wait(self, task: PeriodicTask) -> None:
        """Wait until it is the turn of the task again, also if the clock is set meanwhile or the machine sleeps."""
        if task.interval < 60:
            self.stopping.wait(task.interval)
            return
        begun = task.number_of_interval(time.time())
        while not self.stopping.is_set() and task.number_of_interval(now := time.time()) == begun:
            self.stopping.wait(min(task.pause(now), LONGEST_PAUSE))

    def _record_failure(self, name: str, error: Exception) -> None:
        try:
            self.record(name, error)
        except Exception:
            logger.warning("The failure of %s cannot be recorded", name)
