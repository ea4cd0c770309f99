"""The clock is set back by an hour, as after a virtual machine was resumed: nothing waits for it, and nothing lies."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.mail import get_queued
from post_office.models import STATUS, Email

from accounts import limits
from accounts.models import Attempt
from portal import parts
from portal.clock import ClockWatch
from portal.locks import only_worker
from portal.models import TaskRun
from portal.worker import PeriodicTask, Worker
from search import outbox
from search.models import IndexTask
from tests.portal.errands import write_down
from tests.waiting import CEILING, wait_until

NOW = datetime(2030, 5, 6, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_was_noted_before_the_clock_was_set_back_does_not_wait_for_it(own_database):
    with time_machine.travel(NOW + HOUR) as clock:
        watch = ClockWatch()
        watch.look()
        TaskRun.objects.create(name="mail", worked_at=timezone.now())
        outbox.enqueue(["city:fr-lyon"])
        outbox.enqueue(["page:announced"], due_at=NOW + 2 * HOUR)
        IndexTask.objects.create(key="city:de-koeln", attempts=2, due_at=timezone.now() + timedelta(seconds=15))
        IndexTask.objects.create(key="city:it-roma", parked_at=timezone.now())
        again = _mail(STATUS.requeued, number_of_retries=1, scheduled_time=timezone.now() + timedelta(minutes=2))
        _mail(STATUS.queued, scheduled_time=NOW + 3 * HOUR)
        for _try in range(limits.CODE.allowed):
            limits.take((limits.CODE, "a@example.org"))

        clock.move_to(NOW)
        watch.look()
        due = IndexTask.objects.due(timezone.now())
        assert {row.key for row in due} == {"city:fr-lyon", "city:de-koeln"}
        assert IndexTask.objects.filter(key="page:announced").get().due_at == NOW + 2 * HOUR
        assert IndexTask.objects.parked().get().parked_at <= timezone.now()
        assert TaskRun.objects.get().worked_at <= timezone.now()
        assert list(get_queued()) == [again]
        # The tries hold for ten minutes, and not for seventy.
        with pytest.raises(limits.TooManyAttempts) as refused:
            limits.take((limits.CODE, "a@example.org"))
        assert refused.value.minutes <= 10
        clock.move_to(NOW + timedelta(minutes=11))
        limits.take((limits.CODE, "a@example.org"))
        # An hour that goes by, and a clock that is set forward, change nothing.
        noted = sorted(IndexTask.objects.values_list("pk", "due_at")), sorted(Attempt.objects.values_list("pk", "at"))
        clock.move_to(NOW + HOUR)
        watch.look()
        assert noted == (
            sorted(IndexTask.objects.values_list("pk", "due_at")),
            sorted(Attempt.objects.values_list("pk", "at")),
        )


def _mail(status: int, **fields) -> Email:
    return Email.objects.create(
        from_email="a@example.org", to=["b@example.org"], subject="A", message="A", status=status, **fields
    )


@pytest.mark.django_db
def test_a_worker_that_starts_after_the_clock_was_set_back_notices_it():
    with time_machine.travel(NOW) as clock:
        TaskRun.objects.create(name="mail", worked_at=NOW - timedelta(minutes=1))
        outbox.enqueue(["city:fr-lyon"])
        ClockWatch().look()
        assert IndexTask.objects.count() == 1
        clock.move_to(NOW - HOUR)
        ClockWatch().look()
        assert IndexTask.objects.due(timezone.now()).get().key == "city:fr-lyon"


def test_the_health_check_does_not_take_the_future_for_lately(own_database):
    """The worker is frozen, and what it last did lies in the future."""
    with time_machine.travel(NOW, tick=False), only_worker():
        TaskRun.objects.create(name="scheduled publishing", worked_at=NOW + HOUR)
        assert parts.worker_works() is False
        TaskRun.objects.update(worked_at=NOW + timedelta(seconds=2))  # by a machine whose clock is a little ahead
        assert parts.worker_works() is True

        write_down.enqueue("/dev/null")
        DBTaskResult.objects.update(enqueued_at=NOW - timedelta(minutes=6))
        write_down.enqueue("/dev/null")
        done = DBTaskResult.objects.order_by("enqueued_at").last()
        DBTaskResult.objects.filter(pk=done.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=NOW + HOUR)
        assert parts.tasks_move() is False
        DBTaskResult.objects.filter(pk=done.pk).update(finished_at=NOW)
        assert parts.tasks_move() is True

        Email.objects.filter(pk=_mail(STATUS.sent).pk).update(last_updated=NOW + HOUR)
        Email.objects.filter(pk=_mail(STATUS.queued).pk).update(created=NOW - timedelta(minutes=6))
        assert parts.mail_moves() is False


@pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["set back", "set forward"])
def test_a_task_that_waits_for_the_clock_runs_when_it_is_set(by, monkeypatch):
    monkeypatch.setattr("portal.worker.LONGEST_PAUSE", 0.05)
    runs = []
    worker = Worker([PeriodicTask("minutely", lambda: runs.append(time.time()), interval=3600)])
    with time_machine.travel(NOW) as clock:
        thread = threading.Thread(target=worker.run, args=(lambda: None,))
        thread.start()
        wait_until(lambda: len(runs) == 1)
        clock.move_to(NOW + by)
        wait_until(lambda: len(runs) == 2)
        worker.stop()
        thread.join(CEILING)
    assert len(runs) == 2
