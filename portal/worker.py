"""The worker: everything that a request does not wait for, in one process.

Each periodic task has a thread and a database connection of its own, so that a mail server that hangs
holds up no search index. A periodic task that fails is logged with its name and tried again, each time
later; it never ends the worker. What a periodic task does must be safe to do twice: the process may be
killed at any instruction.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connections

logger = logging.getLogger("portal.worker")

# A failing periodic task waits 1, 2, 4 … seconds, and never longer than this.
LONGEST_PAUSE = 60
# How long the steps at hand may take after the worker was told to stop.
LAST_STEP_SECONDS = 8


class WorkerEnded(Exception):
    """The worker cannot go on: it has lost its lock or one of its threads."""


@dataclass(frozen=True)
class PeriodicTask:
    """Something to do again and again.

    `work` does one step and answers whether there may be more to do at once. `every` says, in
    seconds, how long to wait otherwise; a minute or more is counted on the clock, so that 60 means
    each full minute and 86,400 with `after=3 * 3600` means three o'clock at night (UTC).
    """

    name: str
    work: Callable[[], bool]
    every: float
    after: float = 0

    def pause(self, now: float) -> float:
        """Seconds to wait at `now` (seconds since 1970) when there is nothing to do."""
        if self.every < 60:
            return self.every
        return self.every - (now - self.after) % self.every


class Worker:
    """Runs periodic tasks until it is told to stop."""

    def __init__(self, periodic_tasks: Sequence[PeriodicTask]):
        self.periodic_tasks = periodic_tasks
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Finish the steps at hand and end."""
        self.stopping.set()

    def run(self, hold_on: Callable[[], object]) -> None:
        """Do the periodic tasks until `stop()`.

        `hold_on` is called about once a second; what it raises ends the worker (its lock has gone).
        Raises WorkerEnded when a thread has died.
        """
        threads = [
            threading.Thread(target=self._keep, args=(task,), name=task.name, daemon=True)
            for task in self.periodic_tasks
        ]
        for thread in threads:
            thread.start()
        try:
            while not self.stopping.wait(1):
                hold_on()
                if dead := [thread.name for thread in threads if not thread.is_alive()]:
                    raise WorkerEnded(f"a periodic task has died: {', '.join(dead)}")
        finally:
            self.stopping.set()
            until = time.monotonic() + LAST_STEP_SECONDS
            for thread in threads:
                thread.join(max(0, until - time.monotonic()))

    def _keep(self, periodic_task: PeriodicTask) -> None:
        failures = 0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                more = periodic_task.work()
            except Exception:
                failures += 1
                pause = min(2 ** (failures - 1), LONGEST_PAUSE)
                logger.exception("%s failed (%d in a row); again in %d s", periodic_task.name, failures, pause)
            else:
                failures = 0
                pause = 0 if more else periodic_task.pause(time.time())
            close_old_connections()
            self.stopping.wait(pause)
        connections.close_all()
