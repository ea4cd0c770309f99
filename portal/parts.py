"""Whether each part of the portal works.

Monitors ask it (`portal.health`), and administrators read it (`portal.system_report`).
"""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from desk.files import scanner
from editorial.schedules import late_schedules
from mails.sending import overdue
from portal.locks import worker_is_alive
from portal.models import TaskRun
from search.current_engine import current_engine
from search.models import IndexTask

logger = logging.getLogger(__name__)

# Work that has waited for longer, while none was done, is not being done.
LONGEST_WAIT = timedelta(minutes=5)
SCHEDULED_PUBLISHING = "scheduled publishing"
# Share and bytes of a disk that are free, below which somebody has to act.
FREE_TO_ACT = 0.05
BYTES_TO_ACT = 1_000_000_000
# With the growing pauses between attempts, so many failures take about half a minute.
FAILED_ATTEMPTS = 5


def database_answers() -> bool:
    """Return True. Raises what the database raises when it is away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def cache_keeps() -> bool:
    """Return whether the cache returns what was stored in it."""
    cache.set("readyz", 1, 10)
    return cache.get("readyz") == 1


def storage_keeps() -> bool:
    """Return True if the folders of the portal take a file. Raises OSError: gone, read-only, or without any space."""
    if not settings.DATA_DIR.is_dir():
        return False
    for folder in written_folders().values():
        with TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(4096))
    return True


def disk_has_room() -> bool:
    """Return whether no disk that the portal writes to is nearly full."""
    return not any(is_nearly_full(folder) for folder in written_folders().values())


def is_nearly_full(folder: Path) -> bool:
    """Return whether somebody has to make room on the disk of the folder."""
    usage = shutil.disk_usage(folder)
    return usage.free < max(BYTES_TO_ACT, usage.total * FREE_TO_ACT)


def written_folders() -> dict[str, Path]:
    """The folders that the portal writes to: `data`, `media`, `search`, without those that are not made yet."""
    folders = {"data": settings.DATA_DIR, "media": Path(settings.MEDIA_ROOT)}
    if settings.SEARCH_ENGINE == "embedded":
        folders["search"] = Path(settings.SEARCH_DIRECTORY)
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def worker_works() -> bool:
    """Return whether a worker runs, and one of its tasks has come to an end lately: one that is frozen only runs."""
    runs = TaskRun.objects.exclude(worked_at=None)
    return worker_is_alive() and (not runs.exists() or _any_lately(runs))


def schedules_move() -> bool:
    """Return whether nothing is late that was to be published or taken down, or the worker has tried meanwhile.

    One page that cannot be published does not count: the others go on, and its editors read of it.
    """
    return _any_lately(TaskRun.objects.filter(name=SCHEDULED_PUBLISHING)) or not late_schedules()


def _any_lately(runs: QuerySet[TaskRun]) -> bool:
    """Return whether one of them has worked lately. Not in the future, where it is after the clock was set back."""
    now = timezone.now()
    # The clocks of two machines differ a little.
    return runs.filter(worked_at__range=(now - LONGEST_WAIT, now + LONGEST_WAIT)).exists()


def search_is_usable() -> bool:
    """Return whether the search engine answers a reader in time and its index needs no rebuild."""
    return current_engine().is_usable()


def index_moves() -> bool:
    """Return whether no change has waited for long for the search engine, or failed with it again and again.

    Failures that the change itself caused do not count: it is parked.
    """
    overdue = Q(due_at__lt=timezone.now() - LONGEST_WAIT)
    failing = Q(attempts__gte=F("failures") + FAILED_ATTEMPTS)
    return not IndexTask.objects.waiting().filter(overdue | failing).exists()


def tasks_move() -> bool:
    """Return whether no task has waited for long, or some have finished meanwhile (the queue may be long)."""
    now = timezone.now()
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - LONGEST_WAIT)
    lately = DBTaskResult.objects.finished().filter(finished_at__range=(now - LONGEST_WAIT, now))
    return not waiting.exists() or lately.exists()


def mail_moves() -> bool:
    """Return whether no mail has waited for long, for the worker or for the mail server.

    A mail that the server refuses, or puts off, while it takes others does not count.
    """
    return not overdue(LONGEST_WAIT).exists()


def file_scanner() -> str:
    """The state of the scanner of uploaded files: "none", "ok" or "no answer"."""
    if not scanner.is_configured():
        return "none"
    return "ok" if scanner.answers() else "no answer"


def works(check: Callable[[], bool]) -> bool:
    """Return whether the check returns True. An exception means that the part does not work; the log has its cause."""
    try:
        return check()
    except Exception as error:
        logger.warning("%s cannot be found out: %s: %s", check.__name__, type(error).__name__, error)
        return False


# What the portal needs to be ready, by the names of the health check.
NEEDED: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "cache": cache_keeps,
    "storage": storage_keeps,
    "disk": disk_has_room,
    "worker": worker_works,
    "scheduled": schedules_move,
    "tasks": tasks_move,
    "mail": mail_moves,
    "search": search_is_usable,
    "search_queue": index_moves,
}
