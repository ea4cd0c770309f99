"""Administrators read how each part of the portal is, and what to do."""

import json
import logging
import socket
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from wagtail.models import Revision

from mails.kinds import MailKind
from mails.outbox import send_once
from portal import error_log, parts
from portal.error_log import ErrorLog, last_errors
from portal.locks import only_worker
from portal.models import TaskRun
from portal.periodic_tasks import periodic_tasks
from portal.system_report import PARTS, State, report
from portal.task_runs import TaskRuns
from search.models import IndexTask
from search.rebuild import rebuild_index
from tests import factories
from tests.portal.errands import write_down

SECRET = "lena@example.org"


@pytest.fixture
def log(settings, tmp_path):
    """A logger whose errors are kept in a folder of this test."""
    settings.DATA_DIR = tmp_path
    logger = logging.Logger("portal.test")
    logger.addHandler(ErrorLog(logging.ERROR))
    return logger


@pytest.fixture
def all_in_order(own_database, log):
    rebuild_index()
    IndexTask.objects.all().delete()
    with only_worker():
        yield


def found() -> dict[str, State]:
    return {row.code: row.finding.state for row in report()}


def waiting_mail(**changes) -> None:
    words = {"title": "Lessons", "city": "Cork", "days": 14}
    notice = send_once(MailKind.RECEIVED, to=factories.user(), about="a-thing", context=words)
    assert notice
    Email.objects.filter(pk=notice.mail_id).update(**changes)


def failing_tasks() -> None:
    write_down.enqueue("/dev/null")
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED)


def overdue_page() -> None:
    page = factories.news()
    page.save_revision()
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=timezone.now() - timedelta(minutes=10))


def an_error(log) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        log.exception("The mail to %s failed", SECRET)


def test_a_portal_in_order_asks_for_nothing_and_each_fault_is_named_with_what_to_do(all_in_order, log, settings, rf):
    factories.tree()
    IndexTask.objects.all().delete()
    settings.LOCAL_ONLY = True
    assert set(found().values()) == {State.FINE}, found()

    settings.LOCAL_ONLY = False
    waiting_mail(status=STATUS.failed)
    failing_tasks()
    overdue_page()
    an_error(log)
    IndexTask.objects.all().delete()
    IndexTask.objects.create(key="city:de-koeln", attempts=8, failures=5, parked_at=timezone.now())
    TaskRuns().record("mail", OSError(SECRET))
    settings.CLAMD_SOCKET = "/nowhere/clamd.sock"
    assert found() == {
        "worker": State.LOOK,
        "search-engine": State.FINE,
        "search-outbox": State.LOOK,
        "mail": State.LOOK,
        "scheduled": State.ACT,
        "files": State.ACT,
        "tasks": State.LOOK,
        "errors": State.LOOK,
        "disk": State.FINE,
        "database": State.FINE,
        "cache": State.FINE,
        "versions": State.FINE,
    }
    assert all(row.finding.advice for row in report() if row.finding.state != State.FINE)
    assert SECRET not in str(report())


def test_the_page_agrees_with_what_monitors_are_told(all_in_order, client, settings):
    """One row for each thing that makes the health check red."""
    page_says = {"tasks": "tasks", "mail": "mail", "search_queue": "search-outbox", "search": "search-engine"}
    settings.LOCAL_ONLY = True
    told = client.get("/readyz").json()
    assert told["ready"], told
    write_down.enqueue("/dev/null")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=10))
    waiting_mail(created=timezone.now() - timedelta(minutes=10), status=STATUS.requeued, number_of_retries=4)
    IndexTask.objects.create(key="city:de-koeln", attempts=9)
    settings.SEARCH_DIRECTORY = settings.DATA_DIR / "never-built"
    told, states = client.get("/readyz").json(), found()
    assert {name for name in parts.NEEDED if not told[name]} == set(page_says)
    assert {code for code, state in states.items() if state == State.ACT} == set(page_says.values())


def test_a_portal_without_its_worker_says_so(own_database):
    assert found()["worker"] == State.ACT


@pytest.mark.django_db
def test_an_engine_that_hangs_does_not_hang_the_page(settings, sign_in):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.ELASTICSEARCH_URLS = (f"http://127.0.0.1:{silent.getsockname()[1]}",)
        settings.ELASTICSEARCH = {**settings.ELASTICSEARCH, "timeout": 60.0}
        factories.tree()
        answer = sign_in(factories.user(is_superuser=True)).get("/admin/system/")
    shown = BeautifulSoup(answer.content, "html.parser")
    engine = shown.select_one(".work__group--now [data-part=search-engine]").text
    assert "does not answer" in engine
    assert "has not answered within" in engine
    assert {row["data-part"] for row in shown.select("[data-part]")} == {part.code for part in PARTS}


def test_a_part_that_cannot_be_asked_is_itself_a_finding(monkeypatch, own_database, settings):
    settings.SEARCH_ENGINE = "a name that no engine has"
    states = found()
    assert states["search-engine"] == State.ACT
    assert states["cache"] == State.FINE


def test_every_periodic_task_has_a_name_on_the_page():
    assert [task.name for task in periodic_tasks() if not task.label] == []


@pytest.mark.django_db
def test_the_worker_records_when_a_task_worked_and_that_it_fails():
    runs = TaskRuns()
    runs.record("mail", None)
    first = TaskRun.objects.get(name="mail")
    runs.record("mail", None)  # within the minute: not written again
    assert TaskRun.objects.get().worked_at == first.worked_at
    for _time in range(2):
        runs.record("mail", OSError(SECRET))
    failing = TaskRun.objects.get()
    assert (failing.failures, failing.error, failing.worked_at) == (2, "OSError", first.worked_at)
    runs.record("mail", None)
    assert (TaskRun.objects.get().failures, TaskRun.objects.get().error) == (0, "")


def test_errors_are_counted_by_their_place_without_what_they_say(log, settings):
    an_error(log)
    an_error(log)
    log.warning("not an error")
    (kept,) = last_errors(10)
    assert (kept.logger, kept.kind, kept.count) == ("portal.test", "ValueError", 2)
    assert kept.place.startswith("tests/portal/test_system_page.py:")
    assert SECRET not in (settings.DATA_DIR / error_log.NAME).read_text()
    (settings.DATA_DIR / error_log.NAME).open("a").write('{"half a li')
    assert len(last_errors(10)) == 1


def test_the_errors_that_are_kept_are_few(log, settings, monkeypatch):
    monkeypatch.setattr(error_log, "LARGEST_FILE", 500)
    for _time in range(20):
        log.error("Again")
    sizes = [file.stat().st_size for file in settings.DATA_DIR.glob(f"{error_log.NAME}*")]
    assert len(sizes) == 2
    assert max(sizes) < 1000
    assert json.loads((settings.DATA_DIR / error_log.NAME).read_text().splitlines()[-1])["logger"] == "portal.test"
