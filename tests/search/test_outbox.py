"""The outbox: nothing is lost while the engine does not answer, and no group blocks another."""

import pytest
from django.utils import timezone

from search import outbox
from search.group_documents import page_key
from search.models import IndexTask
from search.outbox import LONGEST_PAUSE, PARK_AFTER
from search.rebuild import rebuild_index
from tests import factories
from tests.elasticsearch.fault_proxy import status_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


@pytest.fixture
def no_engine(settings, tmp_path):
    """An engine that cannot answer."""
    settings.SEARCH_DIRECTORY = tmp_path / "a-file"
    settings.SEARCH_DIRECTORY.write_text("no folder")


def attempt(times=1):
    """Let the worker take what waits, as often as is said, without the pauses."""
    for _time in range(times):
        IndexTask.objects.waiting().update(due_at=timezone.now())
        outbox.drain()


def keys(rows):
    return set(rows.values_list("key", flat=True))


def test_a_worker_that_dies_before_the_engine_answered_loses_nothing(no_engine):
    factories.practice(title="Lighthouse lessons")
    waiting = IndexTask.objects.count()
    assert outbox.drain() == 0
    assert IndexTask.objects.count() == waiting
    assert IndexTask.objects.filter(attempts=1, due_at__gt=timezone.now()).count() == waiting


def test_pauses_grow_and_stay_short(no_engine):
    outbox.enqueue(["city:x"])
    pauses = []
    for _time in range(7):
        attempt()
        pauses.append(round((IndexTask.objects.get().due_at - timezone.now()).total_seconds()))
    assert pauses == [1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_an_engine_that_is_away_for_weeks_parks_nothing_and_stops_no_worker(no_engine):
    """On PostgreSQL the counter of attempts was once too small for that."""
    outbox.enqueue(["city:x"])
    IndexTask.objects.update(attempts=32_767)
    attempt(PARK_AFTER + 1)
    row = IndexTask.objects.get()
    assert (row.attempts, row.failures, row.parked_at) == (32_767 + PARK_AFTER + 1, 0, None)


def test_a_group_that_cannot_be_read_blocks_no_other_and_is_parked(unreadable, drain, titles):
    broken = factories.practice(title="Broken lessons")
    factories.practice(title="Lighthouse lessons")
    unreadable(page_key(broken))
    drain()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert keys(IndexTask.objects.all()) == {page_key(broken)}
    attempt(PARK_AFTER - 2)
    assert not IndexTask.objects.parked().exists()
    attempt()
    row = IndexTask.objects.parked().get()
    assert (row.key, row.attempts) == (page_key(broken), PARK_AFTER)
    assert "9999" in row.last_error
    attempt(2)
    assert IndexTask.objects.get().attempts == PARK_AFTER, "a parked row is left alone"


def test_a_hundred_groups_that_cannot_be_read_keep_no_other_waiting(unreadable, titles):
    broken = [page_key(factories.practice(title=f"Broken {number}")) for number in range(3)]
    for key in broken:
        unreadable(key)
    IndexTask.objects.all().delete()
    outbox.enqueue(broken)
    factories.practice(title="Lighthouse lessons")
    rows = IndexTask.objects.count()
    for _time in range(rows):
        outbox.drain(limit=3)  # a batch is full of broken groups at first
    assert titles("lighthouse") == ["Lighthouse lessons"]


@pytest.fixture
def parked(unreadable):
    """A page whose group is parked."""
    page = factories.practice(title="Lighthouse lessons")
    unreadable(page_key(page))
    attempt(PARK_AFTER)
    assert keys(IndexTask.objects.parked()) == keys(IndexTask.objects.all()) == {page_key(page)}
    return page


def repair(page):
    """Past every form, so that nothing is queued."""
    type(page).objects.filter(pk=page.pk).update(period_start="2019-01-01", period_end="2020-01-01")


def test_a_parked_group_that_changes_again_is_tried_again(parked, titles):
    repair(parked)
    outbox.enqueue([page_key(parked)])
    attempt()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert not IndexTask.objects.exists()


def test_a_parked_group_that_changes_and_fails_again_is_parked_once(parked):
    outbox.enqueue([page_key(parked)])
    attempt(PARK_AFTER)
    assert IndexTask.objects.get().parked_at is not None


def test_a_parked_group_can_be_tried_again(parked, titles):
    attempt()
    assert titles("lighthouse") == []
    repair(parked)
    assert outbox.unpark() == 1
    attempt()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert not IndexTask.objects.exists()


def test_an_error_with_signs_that_no_database_keeps_is_kept_without_them(no_engine):
    outbox.enqueue(["city:x"])
    rows = list(IndexTask.objects.all())
    outbox._postpone(rows, ValueError("broken \x00 and \ud800"))
    assert IndexTask.objects.get().last_error == "ValueError: broken and"


def test_a_group_that_the_way_to_the_engine_does_not_take_blocks_no_other(on_elasticsearch, titles):
    """A firewall, for example, that answers 503 to one text: nothing tells that this group is the cause."""
    rebuild_index()
    IndexTask.objects.all().delete()
    broken = factories.practice(title="DROP TABLE lighthouses")
    factories.practice(title="Lighthouse lessons")
    on_elasticsearch.mode = status_for("DROP TABLE", 503)
    attempt(outbox.SUSPECT_AFTER)
    assert not IndexTask.objects.filter(failures__gt=0).exists()
    attempt()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert keys(IndexTask.objects.all()) == {page_key(broken)}
    attempt(PARK_AFTER)
    assert keys(IndexTask.objects.parked()) == {page_key(broken)}
