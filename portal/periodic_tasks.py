"""The periodic tasks of the worker, one function or class each; `periodic_tasks()` lists them."""

import logging
import os
import socket
import time
from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from accounts import limits, links
from accounts.link_requests import answer_requests
from audit import log as audit_log
from core.media.withheld import delete_forgotten_uploads, delete_orphans
from desk.files.checking import FileChecks
from desk.files.services import delete_unused_uploads
from editorial import page_requests
from editorial.imports import running, services
from editorial.imports.models import Import
from editorial.schedules import due_revisions, expired_items
from feedback.models import MistakeReport
from links.checking import check_next as check_own_addresses
from links.external import check_next_external
from links.scanning import read_next as read_links
from mails.sending import send_next
from moderation import confirmations
from open_data.dumps import make_dump
from portal.parts import SCHEDULED_PUBLISHING
from portal.worker import PeriodicTask
from search import document_texts, outbox, reconciliation, search_analytics
from search.rebuild import rebuild_if_needed
from search_engines import EngineUnavailable

logger = logging.getLogger("portal.worker")

NIGHT = 3 * 3600
# When mails that are sent once a day go out: in the morning of most of the network.
QUESTIONS = 6 * 3600
# A background task that has ended the worker so often is given up: it would end the next one too.
TASK_ATTEMPTS = 3
# How long finished tasks and mails are kept.
TASK_DAYS, MAIL_DAYS = 14, 90
# Seconds. After this time, scheduled publishing tries a page again that failed.
SCHEDULE_RETRY = 15 * 60


class TaskAbandoned(Exception):
    """The worker ended each time it ran this task."""


class TaskRunner:
    """Runs background tasks of django-tasks, in the order of priority.

    Only one thread of the process that holds the worker's lock may use it. So a task that is marked as
    running, while this object runs none, was left by a worker that ended.
    """

    def __init__(self):
        self.tasks = TaskWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}",
        )
        self.orphans_possible = True

    def __call__(self) -> bool:
        """Run one task; return whether there was one."""
        if self.orphans_possible:
            take_up_orphans()
            self.orphans_possible = False
        if not DBTaskResult.objects.ready().exists():
            return False
        try:
            self.tasks.run()
        except BaseException:
            self.orphans_possible = True
            raise
        return True


@transaction.atomic
def take_up_orphans() -> int:
    """Enqueue the tasks again that a worker left running when it ended; return how many there were.

    They run again from the beginning: every task must be safe to run twice. One that has ended
    the worker `TASK_ATTEMPTS` times is marked as failed.
    """
    orphans = list(DBTaskResult.objects.running().select_for_update())
    for task in orphans:
        if len(task.worker_ids) < TASK_ATTEMPTS:
            task.status = TaskResultStatus.READY
            task.started_at = None
            task.save(update_fields=["status", "started_at"])
            logger.warning("Task %s (%s) was left running; it runs again", task.id, task.task_path)
        else:
            task.set_failed(TaskAbandoned(f"{TASK_ATTEMPTS} workers ended while they ran this task"))
            logger.error("Task %s (%s) ended the worker %d times: given up", task.id, task.task_path, TASK_ATTEMPTS)
    return len(orphans)


def send_mail() -> bool:
    """Send the next queued mail to the mail server; return whether there was one."""
    return send_next()


def update_index() -> bool:
    """Index what has changed; return whether anything had."""
    return outbox.drain() > 0


def repair_index() -> bool:
    """Rebuild a search index that is missing, damaged, outdated or ahead of its database. Never twice in a row."""
    rebuild_if_needed()
    return False


def reconcile_index() -> bool:
    """Compare the search index with the database and repair what differs: the last resort after the outbox."""
    try:
        reconciliation.reconcile(lambda found: logger.error("The search index differs from the database: %s", found))
    except EngineUnavailable as error:
        logger.warning("The search index cannot be compared now: %s", error)
    return False


class ScheduledPublishing:
    """Publishes and unpublishes at the times that editors have set.

    Wagtail's command `publish_scheduled` stops at the first page that cannot be published. Here each
    page has its own transaction: one that fails keeps its schedule, is logged with its name, and is
    tried again later.
    """

    def __init__(self) -> None:
        self.failed: dict[tuple[str, int], float] = {}
        """What failed, and when it is tried again (`time.monotonic()`: a clock that is set delays nothing)."""

    def __call__(self) -> bool:
        """Publish and unpublish what is due. Returns False: there is never more to do at once."""
        now = time.monotonic()
        self.failed = {key: again for key, again in self.failed.items() if again > now}
        for item in expired_items():
            self._try(
                "unpublish",
                item,
                lambda item=item: item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled"),
            )
        for revision in due_revisions():
            self._try(
                "publish", revision, lambda revision=revision: revision.publish(log_action="wagtail.publish.scheduled")
            )
        return False

    def _try(self, what: str, item, action) -> None:
        key = (item._meta.label, item.pk)
        if key in self.failed:
            return
        try:
            with transaction.atomic():
                action()
        except Exception:
            self.failed[key] = time.monotonic() + SCHEDULE_RETRY
            name = getattr(item, "object_str", None) or str(item)
            logger.exception("Scheduled %s of “%s” (%s %s) failed; again in 15 minutes", what, name, *key)


def dump_open_data() -> bool:
    """Write the files of the open data again. Returns False."""
    make_dump()
    return False


def tidy_up() -> bool:
    """Delete finished tasks, old mails, ended sessions and links, old statistics and audit entries, and unused files.

    Also old reports of mistakes and imports, and the tries that no limit counts any more. Returns False.
    """
    call_command("prune_db_task_results", queue_name="*", min_age_days=TASK_DAYS, verbosity=0)
    call_command("cleanup_mail", days=MAIL_DAYS, delete_attachments=True, stdout=StringIO())
    call_command("clearsessions")
    links.forget()
    limits.forget()
    search_analytics.forget()
    page_requests.forget()
    audit_log.forget()
    MistakeReport.objects.forget()
    delete_forgotten_uploads()
    delete_orphans()
    delete_unused_uploads()
    Import.objects.forget()
    services.delete_unused_uploads()
    return False


def periodic_tasks() -> tuple[PeriodicTask, ...]:
    """Return all periodic tasks of the worker."""
    return (
        PeriodicTask("tasks", TaskRunner(), interval=0.5, label=_("Background tasks")),
        PeriodicTask("search index", update_index, interval=0.5, label=_("Changes for the search index")),
        PeriodicTask("search index repair", repair_index, interval=20, label=_("Repair of the search index")),
        PeriodicTask(
            "search index comparison",
            reconcile_index,
            interval=86_400,
            offset=NIGHT,
            label=_("Comparison of the search index with the database"),
        ),
        PeriodicTask(
            "texts of documents", document_texts.read_next, interval=2, label=_("Texts of documents for the search")
        ),
        PeriodicTask("search analytics", search_analytics.count_searches, interval=60, label=_("Search statistics")),
        PeriodicTask("page requests", page_requests.count_requests, interval=60, label=_("Requests of pages")),
        PeriodicTask("uploaded files", FileChecks(), interval=1, label=_("Check of uploaded files")),
        PeriodicTask("imports", running.step, interval=1, label=_("Imports of tables")),
        PeriodicTask("links to sign in", answer_requests, interval=0.5, label=_("Links to sign in")),
        PeriodicTask("mail", send_mail, interval=1, label=_("Sending of mails")),
        PeriodicTask(SCHEDULED_PUBLISHING, ScheduledPublishing(), interval=60, label=_("Scheduled publication")),
        PeriodicTask(
            "questions to cities",
            confirmations.ask,
            interval=86_400,
            offset=QUESTIONS,
            label=_("Questions to cities about their practices"),
        ),
        PeriodicTask("links in texts", read_links, interval=60, label=_("Links in texts")),
        PeriodicTask("addresses of links", check_own_addresses, interval=60, label=_("Addresses of links")),
        PeriodicTask("links to other sites", check_next_external, interval=5, label=_("Check of links to other sites")),
        PeriodicTask("open data", dump_open_data, interval=86_400, offset=NIGHT, label=_("Files of the open data")),
        PeriodicTask(
            "tidying up", tidy_up, interval=86_400, offset=NIGHT, label=_("Deletion of what is no longer needed")
        ),
    )
