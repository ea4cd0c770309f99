"""The worker does what requests do not wait for, also when it is killed and started again."""

import logging
import signal
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from wagtail.models import Page

from core.media.models import PortalImage
from desk.files.services import receive
from desk.models import DeskFile
from mails.kinds import MailKind
from mails.outbox import send_once
from portal.locks import only_worker, worker_is_alive
from portal.periodic_tasks import ScheduledPublishing, TaskRunner, periodic_tasks, send_mail, take_up_orphans
from portal.worker import PeriodicTask, Worker, WorkerEnded
from tests import factories
from tests.mails.server import mail_server
from tests.mails.test_outbox import CONTEXT
from tests.portal.errands import end_the_process, write_down
from tests.waiting import CEILING, wait_until


def run_in_thread(worker: Worker) -> threading.Thread:
    thread = threading.Thread(target=worker.run, args=(lambda: None,))
    thread.start()
    return thread


# --- Periodic tasks in general -----------------------------------------------------------------------


def test_a_periodic_task_that_fails_is_logged_tried_again_and_delays_no_other(caplog):
    done = []

    def fail():
        done.append("failed")
        raise OSError("the mail server is away")

    def succeed():
        done.append("worked")
        return False

    worker = Worker([PeriodicTask("mail", fail, interval=0.01), PeriodicTask("tasks", succeed, interval=0.01)])
    thread = run_in_thread(worker)
    wait_until(lambda: done.count("failed") >= 2 and done.count("worked") >= 20)
    worker.stop()
    thread.join(CEILING)
    assert not thread.is_alive()
    assert "mail failed (1 in a row); again in 1 s" in caplog.text
    assert "the mail server is away" in caplog.text
    assert "tasks failed" not in caplog.text


def test_a_worker_that_is_told_to_stop_finishes_the_current_step():
    begun, told, finished = threading.Event(), threading.Event(), threading.Event()

    def step():
        begun.set()
        told.wait(CEILING)
        finished.set()
        return True

    worker = Worker([PeriodicTask("tasks", step, interval=1)])
    thread = run_in_thread(worker)
    assert begun.wait(CEILING)
    worker.stop()
    assert not finished.is_set()
    told.set()
    thread.join(CEILING)
    assert finished.is_set()
    assert not thread.is_alive()


def test_a_worker_that_loses_its_lock_ends():
    def lost():
        raise ConnectionError("the database has been restarted")

    with pytest.raises(ConnectionError):
        Worker([PeriodicTask("tasks", lambda: False, interval=1)]).run(lost)


def test_a_worker_ends_when_one_of_its_threads_ends(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)

    def die():
        raise SystemExit

    with pytest.raises(WorkerEnded, match="tasks"):
        Worker([PeriodicTask("tasks", die, interval=1)]).run(lambda: None)


@pytest.mark.parametrize(
    ("periodic_task", "now", "pause"),
    [
        (PeriodicTask("tasks", bool, interval=0.5), 100.2, 0.5),
        (PeriodicTask("each full minute", bool, interval=60), 119.0, 1.0),
        (PeriodicTask("three at night", bool, interval=86_400, offset=3 * 3600), 2 * 3600, 3600),
        (PeriodicTask("three at night", bool, interval=86_400, offset=3 * 3600), 4 * 3600, 23 * 3600),
    ],
    ids=lambda value: value.name if isinstance(value, PeriodicTask) else str(value),
)
def test_short_intervals_are_pauses_and_long_ones_are_times_of_the_clock(periodic_task, now, pause):
    assert periodic_task.pause(now) == pytest.approx(pause)


def test_every_periodic_task_is_in_the_list():
    assert {periodic_task.name for periodic_task in periodic_tasks()} == {
        "tasks",
        "search index",
        "search index repair",
        "search index comparison",
        "texts of documents",
        "search analytics",
        "page requests",
        "links in texts",
        "addresses of links",
        "links to other sites",
        "open data",
        "imports",
        "links to sign in",
        "questions to cities",
        "uploaded files",
        "mail",
        "scheduled publishing",
        "tidying up",
    }


# --- background tasks ------------------------------------------------------------------------


def test_a_task_that_was_enqueued_is_run_and_its_answer_kept(own_database, tmp_path):
    result = write_down.enqueue(str(tmp_path / "note"))
    run_one = TaskRunner()
    assert run_one() is True
    assert run_one() is False
    result.refresh()
    assert result.return_value == "done"


@pytest.mark.django_db
def test_a_task_that_ended_the_worker_three_times_is_given_up():
    result = write_down.enqueue("/dev/null")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["a", "b", "c"])
    take_up_orphans()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert "3 workers ended" in result.errors[0].traceback


def test_a_task_that_a_killed_worker_left_is_run_again_by_the_next(start, tmp_path):
    note, end = tmp_path / "note", tmp_path / "end"
    write_down.enqueue(str(note), until=str(end))
    worker = start("worker")
    wait_until(lambda: note.exists() and note.read_text())
    worker.kill()
    worker.wait()
    assert note.read_text() == "begun\n"
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING

    end.touch()
    start("worker")
    wait_until(lambda: DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL)
    assert note.read_text() == "begun\nbegun\ndone\n"


def test_a_task_that_kills_its_worker_does_not_keep_the_others_waiting_for_ever(start, tmp_path):
    deadly = end_the_process.using(priority=10).enqueue()
    write_down.enqueue(str(tmp_path / "note"))
    for _ in range(3):
        assert start("worker").wait(CEILING) == -signal.SIGKILL
    start("worker")
    wait_until((tmp_path / "note").exists)
    assert DBTaskResult.objects.get(id=deadly.id).status == TaskResultStatus.FAILED


# --- the process -----------------------------------------------------------------------------


def test_new_work_is_begun_within_a_second_and_sigterm_ends_the_worker(start, tmp_path):
    worker = start("worker")
    wait_until(worker_is_alive)
    # The best of a few: each waits a whole pause of the worker, and a busy machine does not delay all.
    assert min(_seconds_until_begun(tmp_path / f"note {number}") for number in range(5)) < 1.2

    note, end = tmp_path / "note", tmp_path / "end"
    write_down.enqueue(str(note), until=str(end))
    wait_until(note.exists)
    worker.terminate()
    end.touch()
    assert worker.wait(CEILING) == 0
    assert note.read_text() == "begun\ndone\n"
    assert not worker_is_alive()


def _seconds_until_begun(note: Path) -> float:
    """How long a task waits that is enqueued while the worker has nothing to do."""
    enqueued = time.monotonic()
    result = write_down.enqueue(str(note))
    wait_until(note.exists)
    seconds = time.monotonic() - enqueued
    wait_until(lambda: DBTaskResult.objects.get(id=result.id).status == TaskResultStatus.SUCCESSFUL)
    return seconds


def test_there_is_one_worker_at_a_time(own_database, monkeypatch):
    monkeypatch.setattr("portal.management.commands.worker.PATIENCE_SECONDS", 0.3)
    ended = []

    def second():
        from django.db import connection

        try:
            call_command("worker")
        except CommandError as error:
            ended.append(str(error))
        finally:
            connection.close()

    with only_worker():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(CEILING)
    assert ended == ["Another worker of this database is running."]


def test_a_file_whose_check_a_kill_ends_is_checked_once_by_the_next(start, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    factories.tree()
    copy = factories.working_copy()
    upload = SimpleUploadedFile("market.png", Path(factories.image().file.path).read_bytes())
    receive(upload, copy, "picture", by=None)
    # The settings of tests have a folder for files of their own in each process.
    demo = {"DJANGO_SETTINGS_MODULE": "portal.settings.demo"}
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "scanner"))
        silent.listen()
        silent.settimeout(CEILING)
        worker = start("worker", CLAMD_SOCKET=str(tmp_path / "scanner"), **demo)
        connection, _address = silent.accept()
        worker.kill()
        worker.wait()
        connection.close()
    assert DeskFile.objects.get().state == DeskFile.State.WAITING
    start("worker", **demo)
    wait_until(lambda: DeskFile.objects.get().state == DeskFile.State.ACCEPTED)
    assert PortalImage.objects.filter(withheld=True).count() == 1
    wait_until(lambda: not list((tmp_path / "media" / "unchecked").iterdir()))


# --- mail ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_mail_waits_in_the_database_until_the_server_takes_it(settings):
    settings.POST_OFFICE = {
        **settings.POST_OFFICE,
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    }
    settings.EMAIL_BACKEND = "post_office.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    mail.send_mail("Your practice is published", "…", None, ["lena@example.org"])
    assert send_mail() is True
    waiting = Email.objects.get()
    assert waiting.status == STATUS.requeued
    assert send_mail() is False

    settings.POST_OFFICE = {
        **settings.POST_OFFICE,
        "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"},
    }
    Email.objects.update(scheduled_time=timezone.now() - timedelta(seconds=1))
    assert send_mail() is True
    assert send_mail() is False
    assert [message.subject for message in mail.outbox] == ["Your practice is published"]


def test_a_worker_that_is_killed_while_it_sends_loses_no_mail_and_sends_none_twice(start):
    people = [factories.user() for _ in range(4)]
    for number, person in enumerate(people):
        send_once(MailKind.RECEIVED, to=person, about=str(number), context=CONTEXT)
    with mail_server() as server:
        address = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        server.holds_data = threading.Event()
        worker = start("worker", **address)
        assert server.is_held.wait(CEILING)  # in the middle of a mail, which it has not taken
        worker.kill()
        worker.wait()
        server.holds_data.set()
        server.holds_data = None
        start("worker", **address)
        wait_until(lambda: not Email.objects.exclude(status=STATUS.sent).exists())
    assert sorted(server.recipients) == sorted(person.email for person in people)


# --- scheduled publishing --------------------------------------------------------------------


def scheduled_page(home: Page, title: str) -> Page:
    """A draft that an editor has set to appear a minute ago."""
    page = home.add_child(instance=Page(title=title, live=False))
    page.go_live_at = timezone.now() + timedelta(minutes=1)
    revision = page.save_revision(approved_go_live_at=page.go_live_at)
    past = timezone.now() - timedelta(minutes=1)
    revision.approved_go_live_at = past
    revision.content["go_live_at"] = past.isoformat()
    revision.save()
    return page


@pytest.mark.django_db
def test_one_page_that_cannot_be_published_holds_up_no_other_and_keeps_its_time(caplog):
    home = Page.objects.get(depth=1)
    broken = scheduled_page(home, "Broken page")
    others = [scheduled_page(home, f"Page {number}") for number in range(20)]
    revision = broken.latest_revision
    revision.content["slug"] = "not a slug"
    revision.save()

    publish = ScheduledPublishing()
    with caplog.at_level(logging.ERROR):
        publish()
    assert all(Page.objects.get(pk=page.pk).live for page in others)
    broken.refresh_from_db()
    assert not broken.live
    revision.refresh_from_db()
    assert revision.approved_go_live_at is not None
    assert "Scheduled publish of “Broken page”" in caplog.text

    caplog.clear()
    publish()
    assert "Broken page" not in caplog.text  # tried again later, not each minute


@pytest.mark.django_db
def test_a_page_disappears_when_its_time_is_over():
    home = Page.objects.get(depth=1)
    over = home.add_child(instance=Page(title="Over", expire_at=timezone.now() - timedelta(seconds=1)))
    lasting = home.add_child(instance=Page(title="Lasting", expire_at=timezone.now() + timedelta(days=1)))
    ScheduledPublishing()()
    over.refresh_from_db()
    lasting.refresh_from_db()
    assert (over.live, over.expired) == (False, True)
    assert lasting.live
