"""What administrators read about the portal: each part with its state in words, and what to do.

A part is a function of `PARTS`. What a part cannot find out, because a service is away, is itself a finding. Engine,
scanner and cache have seconds to answer, so that the page comes also when they do not.
"""

import logging
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Max, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from post_office.settings import get_backend
from wagtail.models import Revision

from core.i18n import dates
from core.i18n.text import comma_list
from desk.models import DeskFile
from editorial.schedules import late_schedules
from mails.admin_views import failed as failed_mails
from portal.error_log import last_errors
from portal.models import TaskRun
from portal.parts import (
    LONGEST_WAIT,
    cache_keeps,
    file_scanner,
    index_moves,
    is_nearly_full,
    mail_moves,
    storage_keeps,
    tasks_move,
    worker_is_alive,
    worker_works,
    works,
    written_folders,
)
from portal.periodic_tasks import periodic_tasks
from portal.release import commit, release
from search.overview import engine_overview, outbox_overview

logger = logging.getLogger(__name__)

MOST_ROWS = 20
# Errors of the last so many hours are to be looked at; older ones are only listed.
RECENT = timedelta(hours=24)
# The share of a disk that is free, below which somebody has to look.
FREE_TO_LOOK = 0.15


class State(StrEnum):
    """How a part is; the most urgent first."""

    ACT = "act"
    LOOK = "look"
    FINE = "fine"


STATES: dict[State, str | Promise] = {
    State.ACT: gettext_lazy("Act now"),
    State.LOOK: gettext_lazy("Look at it"),
    State.FINE: gettext_lazy("In order"),
}


@dataclass(frozen=True)
class Finding:
    """What the page says about one part."""

    state: State
    text: str
    advice: str = ""
    """What to do."""
    url: str = ""
    """The list in the admin where it is done."""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of the portal and how to find out its state."""

    code: str
    heading: str | Promise
    find: Callable[[], Finding]


@dataclass(frozen=True)
class Row:
    """A part with what was found."""

    code: str
    heading: str
    finding: Finding


def report() -> list[Row]:
    """All parts in their order. Never raises: a part that cannot be asked is one to act on."""
    return [Row(part.code, str(part.heading), _found(part)) for part in PARTS]


def _found(part: Part) -> Finding:
    try:
        return part.find()
    except Exception as error:
        logger.exception("The state of %s cannot be read", part.code)
        return Finding(
            State.ACT,
            _("This part cannot be asked: %(error)s.") % {"error": type(error).__name__},
            _("Read the log of the portal: it has the cause at this time."),
        )


def worker() -> Finding:
    """Whether the worker runs, and when each periodic task last worked and comes again."""
    if not worker_is_alive():
        return Finding(
            State.ACT,
            _("No worker is running: mails, the search index and scheduled publications wait."),
            _("Start it with “manage.py worker”, or start the portal again. What waits is done then."),
            details=_task_details(),
        )
    if not worker_works():
        return Finding(
            State.ACT,
            _("The worker runs, but has done nothing for five minutes."),
            _("Start it again. What waits is done then."),
            details=_task_details(),
        )
    runs = {run.name: run for run in TaskRun.objects.all()}
    failing = [str(task.label) for task in periodic_tasks() if task.name in runs and runs[task.name].failures]
    if failing:
        return Finding(
            State.LOOK,
            _("The worker runs, and these tasks failed at the last try: %(names)s.") % {"names": comma_list(failing)},
            _("They are tried again at least once a minute. Read the log of the worker if it lasts."),
            details=_task_details(),
        )
    if late := _late(runs):
        return Finding(
            State.LOOK,
            _("The worker runs, and these tasks have not come to an end for long: %(names)s.")
            % {"names": comma_list(late)},
            _("Read the log of the worker, and start it again if nothing moves."),
            details=_task_details(),
        )
    return Finding(State.FINE, _("The worker runs, and no task failed at the last try."), details=_task_details())


def _late(runs: dict[str, TaskRun]) -> list[str]:
    now = timezone.now()
    late = []
    for task in periodic_tasks():
        last = runs[task.name].worked_at if task.name in runs else None
        if last and now - last > 2 * timedelta(seconds=max(task.interval, 60)) + LONGEST_WAIT:
            late.append(str(task.label))
    return late


def _task_details() -> tuple[tuple[str, str], ...]:
    runs = {run.name: run for run in TaskRun.objects.all()}
    now = timezone.now()
    details = []
    for task in periodic_tasks():
        run = runs.get(task.name)
        last = _moment(run.worked_at) if run and run.worked_at else _("not yet")
        words = {"last": last, "next": _moment(now + timedelta(seconds=task.pause(now.timestamp())))}
        if task.interval < 60:
            text = _("Last done: %(last)s. Done again within seconds.") % words
        else:
            text = _("Last done: %(last)s. Next: %(next)s.") % words
        if run and run.failures:
            text = _("Failures in a row: %(count)s (%(error)s).") % {
                "count": dates.number(run.failures),
                "error": run.error,
            }
        details.append((str(task.label), text))
    return tuple(details)


def background_tasks() -> Finding:
    """Tasks that requests have left to the worker."""
    failed = DBTaskResult.objects.failed()
    details = [
        (_("How many wait"), dates.number(DBTaskResult.objects.ready().count())),
        (_("How many failed"), dates.number(failed.count())),
    ]
    if not tasks_move():
        text, advice = _("Tasks wait, and none has been done for five minutes."), _("Start the worker again.")
        return Finding(State.ACT, text, advice, details=tuple(details))
    names = {path.rpartition(".")[2] for path in failed.values_list("task_path", flat=True)[:MOST_ROWS]}
    if names:
        text = _("Some tasks failed.")
        advice = _("Look for them in the log of the worker. They are deleted here after 14 days.")
        details.append((_("Tasks that failed"), comma_list(sorted(names))))
        return Finding(State.LOOK, text, advice, details=tuple(details))
    return Finding(State.FINE, _("Tasks are done as they come."), details=tuple(details))


def uploaded_files() -> Finding:
    """Files that wait for the scanner or the worker."""
    waiting = DeskFile.objects.filter(state=DeskFile.State.WAITING)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("uploaded_at"))
    details = ((_("How many wait"), dates.number(found["count"])),)
    scanner = file_scanner()
    if scanner == "no answer":
        text = _("The virus scanner does not answer, and files wait for it.")
        return Finding(State.ACT, text, _("Start clamd again, or correct “CLAMD_SOCKET”."), details=details)
    if found["oldest"] and timezone.now() - found["oldest"] > LONGEST_WAIT:
        text = _("A file has waited for more than five minutes to be checked.")
        return Finding(State.LOOK, text, _("Read the log of the worker."), details=details)
    if scanner == "none":
        text = _("Files are checked as they come: their structure only, because no virus scanner is set up.")
    else:
        text = _("Files are checked as they come, also by the virus scanner.")
    return Finding(State.FINE, text, details=details)


def search_engine() -> Finding:
    """The engine of the public search and its index."""
    engine = engine_overview()
    details = [(_("Engine"), engine.name)]
    advice = _("The worker builds the index again by itself. If it does not, run “manage.py search rebuild”.")
    if engine.error:
        text = _("The search engine does not answer. Readers get titles from the database meanwhile.")
        return Finding(State.ACT, text, advice, details=(*details, (_("Its answer"), engine.error)))
    details += [
        (_("Documents in the index"), dates.number(engine.documents)),
        (_("Number of the last write"), dates.number(engine.newest_write)),
    ]
    if engine.rebuild_reason:
        text = _("The index has to be built again.")
        return Finding(State.ACT, text, advice, details=(*details, (_("Reason"), engine.rebuild_reason)))
    return Finding(State.FINE, _("The search engine answers."), details=tuple(details))


def search_outbox() -> Finding:
    """Changes that the search index does not have yet."""
    outbox = outbox_overview()
    details = (
        (_("How many wait, also for their day"), dates.number(outbox.waiting)),
        (_("How many are set aside"), dates.number(len(outbox.parked))),
    )
    if not index_moves():
        text = _("Changes have waited for too long: readers do not find them yet.")
        return Finding(State.ACT, text, _("Look at the search engine and the worker."), details=details)
    if outbox.parked:
        text = _("Some changes cannot be indexed, and are set aside. They hold up no others.")
        advice = _("Save the page again, or run “manage.py search sync --parked” when the cause is gone.")
        rows = tuple((row.key, row.last_error) for row in outbox.parked[:MOST_ROWS])
        return Finding(State.LOOK, text, advice, details=(*details, *rows))
    return Finding(State.FINE, _("Changes reach the index as they come."), details=details)


def mail() -> Finding:
    """Mails that wait, failed, and were sent."""
    failed = failed_mails().order_by().count()
    last = Email.objects.filter(status=STATUS.sent).aggregate(last=Max("last_updated"))["last"]
    details = (
        (_("How many wait"), dates.number(Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued]).count())),
        (_("How many did not arrive"), dates.number(failed)),
        (_("Last mail sent"), _moment(last) if last else _("not yet")),
    )
    if not mail_moves():
        text = _("Mails wait, and the mail server takes none.")
        return Finding(
            State.ACT, text, _("Check the worker, the mail server and the address in “EMAIL_URL”."), details=details
        )
    if failed:
        text = _("Some mails did not arrive.")
        advice = _("Correct the address of the account, then send the mail again.")
        return Finding(State.LOOK, text, advice, reverse("undelivered-mails"), details)
    if ".smtp." not in get_backend():
        text = _("Mails are written to the log, and not sent: there is no mail server.")
        state = State.FINE if settings.LOCAL_ONLY else State.LOOK
        return Finding(
            state, text, _("Name a mail server in “EMAIL_URL” before people rely on mails."), details=details
        )
    return Finding(State.FINE, _("Mails are sent as they come."), details=details)


def scheduled_publication() -> Finding:
    """Pages whose time to be published or taken down has passed."""
    overdue = late_schedules()
    coming = Revision.objects.filter(approved_go_live_at__gte=timezone.now())
    first = coming.aggregate(first=Min("approved_go_live_at"))["first"]
    details = [(_("How many are planned"), dates.number(coming.count()))]
    if first:
        details.append((_("The next one"), _moment(first)))
    if overdue:
        text = _("Some pages were not published or taken down at their time.")
        advice = _("Open the page, correct what its form says, and publish it. The log of the worker has the cause.")
        details += [(_("Overdue"), late.name) for late in overdue[:MOST_ROWS]]
        return Finding(State.ACT, text, advice, reverse("late-schedules"), tuple(details))
    return Finding(State.FINE, _("Nothing is overdue."), details=tuple(details))


def errors() -> Finding:
    """The last errors of web server and worker, without their messages."""
    found = last_errors(MOST_ROWS)
    details = tuple(
        (
            " · ".join(filter(None, (error.logger, error.kind, error.place))),
            _("Last: %(moment)s. How often: %(count)s.")
            % {"count": dates.number(error.count), "moment": _moment(error.last_at)},
        )
        for error in found
    )
    if not any(timezone.now() - error.last_at < RECENT for error in found):
        return Finding(State.FINE, _("No error in the last 24 hours."), details=details)
    text = _("There were errors in the last 24 hours.")
    advice = _("The log has the message of each at that time. Report to the developers what comes again and again.")
    return Finding(State.LOOK, text, advice, details=details)


def disk() -> Finding:
    """Free space where the portal writes."""
    labels = {"data": _("Data"), "media": _("Pictures and documents"), "search": _("Search index")}
    states, details = [State.FINE], []
    for name, folder in written_folders().items():
        usage = shutil.disk_usage(folder)
        text = _("%(free)s of %(total)s free") % {"free": _gigabytes(usage.free), "total": _gigabytes(usage.total)}
        details.append((labels[name], text))
        if is_nearly_full(folder):
            states.append(State.ACT)
        elif usage.free < usage.total * FREE_TO_LOOK:
            states.append(State.LOOK)
    if not works(storage_keeps):
        text = _("Files cannot be written: the disk is full, or belongs to somebody else.")
        return Finding(
            State.ACT, text, _("Make room, or give the folders to the user of the portal."), details=tuple(details)
        )
    worst = min(states, key=list(State).index)
    if worst is State.FINE:
        return Finding(worst, _("There is enough free space."), details=tuple(details))
    advice = _("Make room: a full disk stops saving, uploads and the search index.")
    return Finding(worst, _("The disk is getting full."), advice, details=tuple(details))


def database() -> Finding:
    """The database and its migrations."""
    if connection.vendor == "sqlite":
        product = f"SQLite {sqlite3.sqlite_version}"
        file = Path(str(connection.settings_dict["NAME"]))
        size = file.stat().st_size if file.is_file() else 0
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
            name, size = cursor.fetchone()
        product = f"PostgreSQL {name}"
    missing = _missing_migrations()
    details = [(_("Database"), product), (_("Size"), dates.file_size(size))]
    if missing:
        text = _("Some migrations are not applied.")
        advice = _("Make a backup, then run “manage.py migrate” and start the portal again.")
        names = comma_list(missing[:MOST_ROWS])
        return Finding(State.ACT, text, advice, details=(*details, (_("Migrations"), names)))
    return Finding(State.FINE, _("The database answers, and all migrations are applied."), details=tuple(details))


def _missing_migrations() -> list[str]:
    plan = StringIO()
    call_command("showmigrations", plan=True, no_color=True, stdout=plan)
    return [line.removeprefix("[ ]").strip() for line in plan.getvalue().splitlines() if line.startswith("[ ]")]


def cache_state() -> Finding:
    """The cache that the processes share."""
    details = ((_("Cache"), "Redis" if settings.REDIS_URL else _("files")),)
    if cache_keeps():
        return Finding(State.FINE, _("The cache keeps what it is given."), details=details)
    return Finding(
        State.LOOK,
        _("The cache cannot be used: pages are made without it, more slowly."),
        _("Check “REDIS_URL” and its server, or who may write in the folder “cache” of the data."),
        details=details,
    )


def versions() -> Finding:
    """What runs here."""
    return Finding(
        State.FINE,
        _("Name these versions in a report to the developers."),
        details=(
            ("Lyceum", " · ".join(filter(None, (release(), commit())))),
            ("Python", platform.python_version()),
            ("Django", version("django")),
            ("Wagtail", version("wagtail")),
            ("wagtail-localize", version("wagtail-localize")),
        ),
    )


PARTS = (
    Part("worker", gettext_lazy("Worker"), worker),
    Part("search-engine", gettext_lazy("Search engine"), search_engine),
    Part("search-outbox", gettext_lazy("Changes for the search index"), search_outbox),
    Part("mail", pgettext_lazy("a part of the portal", "Mail"), mail),
    Part("scheduled", gettext_lazy("Scheduled publication"), scheduled_publication),
    Part("files", gettext_lazy("Uploaded files"), uploaded_files),
    Part("tasks", gettext_lazy("Background tasks"), background_tasks),
    Part("errors", gettext_lazy("Last errors"), errors),
    Part("disk", gettext_lazy("Disk"), disk),
    Part("database", gettext_lazy("Database"), database),
    Part("cache", gettext_lazy("Cache"), cache_state),
    Part("versions", gettext_lazy("Versions"), versions),
)


def by_state(rows: Iterable[Row]) -> list[tuple[State, str, list[Row]]]:
    """The rows under their states, the most urgent first; no empty ones."""
    rows = list(rows)
    groups = [
        (state, str(label), [row for row in rows if row.finding.state == state]) for state, label in STATES.items()
    ]
    return [group for group in groups if group[2]]


def _moment(instant: datetime) -> str:
    """An instant in the time zone of the person who reads the page, which is named at its top."""
    return dates.moment(timezone.localtime(instant))


def _gigabytes(size: int) -> str:
    number = dates.number(round(size / 1_000_000_000, 1))
    return _("%(number)s GB") % {"number": number}
