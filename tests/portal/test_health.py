"""The health checks show whether the process answers and whether its parts work."""

import subprocess
from contextlib import suppress
from datetime import timedelta

import post_office.mail
import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from wagtail.models import Revision

from portal import parts, system_report
from portal.locks import only_worker
from portal.models import TaskRun
from portal.system_report import State, report
from search.models import IndexTask
from search.rebuild import rebuild_index
from tests import factories
from tests.portal.errands import write_down


def test_the_process_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.fixture
def data_folder(settings):
    settings.DATA_DIR.mkdir(exist_ok=True)


def test_a_portal_is_ready_while_its_worker_runs(client, own_database, data_folder):
    rebuild_index()
    with only_worker():
        response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "search_engine": "embedded",
        "database": True,
        "cache": True,
        "storage": True,
        "disk": True,
        "worker": True,
        "scheduled": True,
        "tasks": True,
        "mail": True,
        "search": True,
        "search_queue": True,
        "late_schedules": 0,
        "search_parked": 0,
        "degraded": False,
        "file_scanner": "none",
    }


def test_a_parked_change_degrades_a_portal_that_is_ready(client, own_database, data_folder):
    rebuild_index()
    IndexTask.objects.create(key="city:de-koeln", attempts=8, failures=5, parked_at=timezone.now())
    with only_worker():
        response = client.get("/readyz")
    assert response.status_code == 200
    answer = response.json()
    assert (answer["ready"], answer["search_queue"]) == (True, True)
    assert (answer["degraded"], answer["search_parked"]) == (True, 1)


@pytest.mark.django_db
def test_a_change_that_fails_by_its_own_fault_does_not_count_for_the_engine(client):
    IndexTask.objects.create(key="city:de-koeln", attempts=6, failures=4)
    assert client.get("/readyz").json()["search_queue"] is True
    IndexTask.objects.update(attempts=9)
    assert client.get("/readyz").json()["search_queue"] is False


def test_a_portal_without_its_worker_is_not_ready(client, own_database):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["worker"] is False
    assert response.json()["database"] is True


def test_a_frozen_worker_is_noticed_and_so_is_the_page_that_it_does_not_publish(client, own_database, data_folder):
    """It holds its lock, as a process that is stopped does."""
    now = timezone.now()
    factories.tree()
    Revision.objects.filter(pk=factories.news().save_revision().pk).update(
        approved_go_live_at=now - timedelta(minutes=6)
    )
    with only_worker():
        for minutes, works in ((6, False), (1, True)):
            TaskRun.objects.update_or_create(
                name="scheduled publishing", defaults={"worked_at": now - timedelta(minutes=minutes)}
            )
            answer = client.get("/readyz").json()
            assert (answer["worker"], answer["scheduled"]) == (works, works)
            assert (answer["late_schedules"], answer["degraded"]) == (1, True)
            assert {row.code: row.finding.state for row in report()}["worker"] == (State.FINE if works else State.ACT)
        # Only the thread that publishes hangs.
        TaskRun.objects.update(worked_at=now - timedelta(minutes=6))
        TaskRun.objects.create(name="mail", worked_at=now)
        answer = client.get("/readyz").json()
        assert (answer["worker"], answer["scheduled"]) == (True, False)
        Revision.objects.update(approved_go_live_at=now - timedelta(minutes=4))
        assert client.get("/readyz").json()["scheduled"] is True


@pytest.mark.django_db
def test_a_disk_that_is_full_or_cannot_be_written_is_noticed(client, settings, small_disk, monkeypatch):
    settings.DATA_DIR.mkdir(exist_ok=True)
    settings.MEDIA_ROOT = small_disk
    monkeypatch.setattr(parts, "BYTES_TO_ACT", 100_000)

    def said() -> tuple[bool, bool, State]:
        answer = client.get("/readyz").json()
        return answer["storage"], answer["disk"], system_report.disk().state

    assert said() == (True, True, State.FINE)
    (small_disk / "picture").write_bytes(bytes(200_000))
    assert said() == (True, False, State.ACT)
    with suppress(OSError):
        (small_disk / "another").write_bytes(bytes(200_000))
    assert said() == (False, False, State.ACT)
    for file in small_disk.iterdir():
        file.unlink()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert said() == (False, True, State.ACT)
    settings.DATA_DIR = small_disk / "gone"
    assert client.get("/readyz").json()["storage"] is False


@pytest.mark.django_db
def test_a_monitor_may_ask_by_any_address_and_a_reader_may_not(client):
    by_address = {"host": "192.0.2.7:8000"}
    assert client.get("/healthz", headers=by_address).status_code == 200
    assert client.get("/readyz", headers=by_address).json()["database"] is True
    assert client.get("/en/", headers=by_address).status_code == 400
    assert client.post("/readyz", headers=by_address).status_code == 405


@pytest.mark.django_db
def test_tasks_that_nobody_does_are_noticed_and_a_long_queue_that_moves_is_not(client):
    write_down.enqueue("/dev/null")
    assert client.get("/readyz").json()["tasks"] is True
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=10))
    assert client.get("/readyz").json()["tasks"] is False
    write_down.enqueue("/dev/null")
    DBTaskResult.objects.filter(enqueued_at__gt=timezone.now() - timedelta(minutes=1)).update(
        status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now()
    )
    assert client.get("/readyz").json()["tasks"] is True


@pytest.mark.django_db
def test_mails_that_nobody_takes_are_noticed(client):
    email = post_office.mail.send("lena@example.org", "lyceum@example.org", subject="Hello", message="…")
    assert client.get("/readyz").json()["mail"] is True
    Email.objects.filter(pk=email.pk).update(
        created=timezone.now() - timedelta(minutes=10), status=STATUS.requeued, number_of_retries=4
    )
    assert client.get("/readyz").json()["mail"] is False


@pytest.mark.django_db
def test_a_search_engine_that_does_not_take_documents_is_noticed(client):
    IndexTask.objects.create(key="city:de-koeln", attempts=1)
    assert client.get("/readyz").json()["search_queue"] is True
    IndexTask.objects.update(attempts=6)
    assert client.get("/readyz").json()["search_queue"] is False
    IndexTask.objects.update(attempts=0, due_at=timezone.now() - timedelta(minutes=6))
    assert client.get("/readyz").json()["search_queue"] is False
    IndexTask.objects.update(due_at=timezone.now() + timedelta(days=1))  # an announcement for later
    assert client.get("/readyz").json()["search_queue"] is True


@pytest.mark.django_db
def test_a_search_engine_that_does_not_answer_is_noticed(client, settings, tmp_path):
    settings.SEARCH_DIRECTORY = tmp_path / "never-built"
    assert client.get("/readyz").json()["search"] is False
    rebuild_index()
    assert client.get("/readyz").json()["search"] is True


def test_a_database_that_is_away_is_named_and_breaks_nothing(client, own_database, caplog):
    connection.close()
    # Not the fixture `monkeypatch`, which would put the name back after `own_database` has done so.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "/nowhere/at/all")
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] is False
    assert response.json()["cache"] is True
    assert "database_answers cannot be found out: OperationalError: " in caplog.text
