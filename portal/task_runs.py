"""Recording when the periodic tasks of the worker have worked."""

import time

from django.utils import timezone

from portal.models import TaskRun

# Seconds. A task that works again and again is recorded once in so long.
RECORD_EVERY = 60


class TaskRuns:
    """Records the steps of the periodic tasks of one worker."""

    def __init__(self) -> None:
        self._recorded: dict[str, float] = {}
        """The tasks that worked when they were last recorded, and when that was (`time.monotonic()`)."""

    def record(self, name: str, error: Exception | None) -> None:
        """Record a step of the task `name`, which raised `error` or, when it is None, worked."""
        if error is not None:
            self._recorded.pop(name, None)
            run, _created = TaskRun.objects.get_or_create(name=name)
            failed = {"failed_at": timezone.now(), "failures": run.failures + 1, "error": type(error).__name__[:100]}
            TaskRun.objects.filter(pk=run.pk).update(**failed)
        elif time.monotonic() >= self._recorded.get(name, float("-inf")) + RECORD_EVERY:
            worked = {"worked_at": timezone.now(), "failures": 0, "error": ""}
            TaskRun.objects.update_or_create(name=name, defaults=worked)
            self._recorded[name] = time.monotonic()
