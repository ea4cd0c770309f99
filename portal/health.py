"""The health checks for monitors: whether the process answers, and whether what it needs works."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from desk.files import scanner
from mails.sending import overdue
from portal.locks import worker_is_alive
from search.current_engine import current_engine
from search.models import IndexTask

# Work that has waited for longer, while none was done, is not being done.
LONGEST_WAIT = timedelta(minutes=5)
# With the growing pauses between attempts, so many failures take about half a minute.
FAILED_ATTEMPTS = 5


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without using the database or anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether each part works, by name, with status 503 when one does not. Contains nothing secret."""
    parts = {
        "database": _works(_ask_database),
        "cache": _works(_cache_keeps),
        "storage": settings.DATA_DIR.is_dir(),
        "worker": _works(worker_is_alive),
        "tasks": _works(tasks_move),
        "mail": _works(mail_moves),
        "search": _works(lambda: current_engine().is_usable()),
        "search_queue": _works(index_moves),
    }
    answer = {"ready": all(parts.values()), "search_engine": settings.SEARCH_ENGINE, **parts}
    # The portal works, but an administrator has to look: these changes cannot be indexed. They block no others.
    answer["search_parked"] = _number(IndexTask.objects.parked().count)
    # Without a scanner only the structure of uploaded files is checked; one that does not answer lets them wait.
    answer["file_scanner"] = _file_scanner()
    answer["degraded"] = answer["search_parked"] > 0 or answer["file_scanner"] == "no answer"
    return JsonResponse(answer, status=200 if answer["ready"] else 503)


def index_moves() -> bool:
    """Return whether no change has waited for long for the search engine, or failed with it again and again.

    Failures that the change itself caused do not count: it is parked.
    """
    overdue = Q(due_at__lt=timezone.now() - LONGEST_WAIT)
    failing = Q(attempts__gte=F("failures") + FAILED_ATTEMPTS)
    return not IndexTask.objects.waiting().filter(overdue | failing).exists()


def tasks_move() -> bool:
    """Return whether no task has waited for long, or some have finished meanwhile (the queue may be long)."""
    since = timezone.now() - LONGEST_WAIT
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=since)
    return not waiting.exists() or DBTaskResult.objects.finished().filter(finished_at__gt=since).exists()


def mail_moves() -> bool:
    """Return whether no mail has waited for long, for the worker or for the mail server.

    A mail that the server refuses, or puts off, while it takes others does not count.
    """
    return not overdue(LONGEST_WAIT).exists()


def _file_scanner() -> str:
    """The state of the scanner of uploaded files, which turns nothing red: "none", "ok" or "no answer"."""
    if not scanner.is_configured():
        return "none"
    return "ok" if scanner.answers() else "no answer"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache_keeps() -> bool:
    """Return whether the cache returns what was stored in it."""
    cache.set("readyz", 1, 10)
    return cache.get("readyz") == 1


def _works(check) -> bool:
    try:
        return check() is not False
    except Exception:  # any error means that the part does not work
        return False


def _number(count) -> int:
    try:
        return count()
    except Exception:  # the database does not answer, which `database` tells
        return 0
