"""What the worker does when the clock of its machine is set back, as after a virtual machine was resumed.

What was noted before lies in the future then: a change would wait an hour for its index, a mail for its next try, and a
limit on guessing would hold longer than it says. Pauses within a process count `time.monotonic()`, which nobody sets.
"""

import logging
import time
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from accounts import limits
from mails import sending
from portal.models import TaskRun
from search import outbox

logger = logging.getLogger("portal.worker")

# A clock that is set back by less does no harm.
LEAST = timedelta(seconds=5)


class ClockWatch:
    """Notices that the clock was set back, also while no worker ran: its last steps lie in the future then."""

    def __init__(self) -> None:
        self._start: float | None = None
        """What the clock shows at zero of `time.monotonic()`. None: not looked yet."""

    def look(self) -> None:
        """Correct what was noted if the clock has been set back since the last look. Called once a second."""
        start = time.time() - time.monotonic()
        by = _since_the_last_step() if self._start is None else timedelta(seconds=self._start - start)
        if by >= LEAST:
            logger.warning("The clock was set back by %d s", by.total_seconds())
            clock_was_set_back(by)
        self._start = start


def _since_the_last_step() -> timedelta:
    """By how much the last step of a worker lies in the future, which is recorded once a minute."""
    last = TaskRun.objects.aggregate(worked=Max("worked_at"), failed=Max("failed_at"))
    moments = [moment for moment in last.values() if moment]
    return max(moments) - timezone.now() if moments else timedelta()


def clock_was_set_back(by: timedelta) -> None:
    """Correct the instants that were noted before the clock was set back."""
    now = timezone.now()
    outbox.clock_was_set_back(by)
    sending.clock_was_set_back()
    limits.clock_was_set_back(by)
    for field in ("worked_at", "failed_at"):
        TaskRun.objects.filter(**{f"{field}__gt": now}).update(**{field: now})
