"""While Elasticsearch does not answer: nobody waits, nothing is lost, and readers are told.

The real server stands behind a proxy that does to it what networks do.
"""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import PageViewRestriction

from calls.services import extend_deadline
from search import outbox, reading, reconciliation
from search.current_engine import current_engine
from search.group_documents import documents_of, page_key
from search.models import IndexTask
from search.rebuild import rebuild_if_needed, rebuild_index
from tests import factories
from tests.elasticsearch.fault_proxy import DRIP, HANG, PASS, REFUSE, RESET, slow, status
from tests.waiting import own_seconds, wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FAULTS = [REFUSE, RESET, status(429), status(503), slow(3), DRIP, HANG]
LONGEST = 2.0
"""Seconds that an editor or a reader may wait for anything."""
RECOVERY = 60.0
NOTICE = "The search is not working properly"


@pytest.fixture
def proxy(on_elasticsearch):
    """The proxy before a server whose index has what the database has."""
    factories.tree("fr")
    rebuild_index()
    IndexTask.objects.all().delete()
    return on_elasticsearch


@contextmanager
def in_time():
    begun = own_seconds()
    yield
    assert own_seconds() - begun < LONGEST


def searched(words):
    """The text of the page that somebody gets who searches for `words`."""
    answer = Client().get("/en/search/", {"q": words})
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "lxml").get_text()


def drain_within(seconds):
    """Do what the worker does, again and again, until the outbox is empty."""

    def is_drained() -> bool:
        outbox.drain()
        return not IndexTask.objects.exists()

    wait_until(is_drained, seconds)


def searched_with_the_engine(words):
    """The page that the engine answers, as soon as it does: the circuit breaker may still be open."""

    def page() -> str:
        text = searched(words)
        return "" if NOTICE in text else text

    return wait_until(page, RECOVERY)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.name} {fault.value or ''}".strip())
def test_editors_and_readers_go_on_and_the_index_catches_up(proxy, fault):
    city, call = factories.city(), factories.call()
    factories.call_page(call)
    pages = [factories.practice(title=f"Lighthouse {name}", city=city) for name in "abcde"]
    edited, unpublished, deleted, private, kept = pages
    later = call.first_deadline + timedelta(days=30)
    drain_within(RECOVERY)
    page = searched_with_the_engine("lighthouse")
    assert all(practice.title in page for practice in pages)

    proxy.mode = fault
    with in_time():
        factories.practice(title="Lighthouse new")
    with in_time():
        edited.title = "Beacon edited"
        edited.save_revision().publish()
    with in_time():
        unpublished.unpublish()
    with in_time():
        deleted.delete()
    with in_time():
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    with in_time():
        city.names.create(language="en", name="Lighthouse Bay")
        city.save()
    with in_time():
        extend_deadline(call, clock="city", new=later, reason="emergency", by="secretariat")

    for _attempt in range(reading.FAILURES + 1):  # the last of them meets the circuit breaker
        with in_time():
            page = searched("beacon")
        assert "Beacon edited" in page
        assert NOTICE in page
    with in_time():
        assert Client().get("/en/search/suggest/", {"q": "light"}).status_code == 200
    if fault.name != "slow":  # whom the worker is patient enough for
        assert outbox.drain() == 0
        assert IndexTask.objects.exists()  # nothing is given up

    proxy.mode = PASS
    drain_within(RECOVERY)
    assert list(reconciliation.differences()) == []
    page = searched_with_the_engine("lighthouse")
    assert "Lighthouse new" in page
    assert kept.title in page
    assert not any(gone.title in page for gone in (unpublished, deleted, private))


def test_a_lost_index_is_made_again(proxy):
    factories.practice(title="Lighthouse")
    drain_within(RECOVERY)
    current_engine().destroy()
    page = searched("lighthouse")
    assert "Lighthouse" in page
    assert rebuild_if_needed()
    assert list(reconciliation.differences()) == []
    assert not rebuild_if_needed()


def test_a_bad_document_holds_up_no_other(proxy, caplog):
    good, bad = factories.practice(title="Lighthouse"), factories.practice(title="Beacon")
    document = next(item for item in documents_of(page_key(bad)))
    refusals = current_engine().replace(
        {
            document.group: [type(document)(**_fields(document) | {"facets": {"colour": ("red",)}})],
            page_key(good): documents_of(page_key(good)),
        }
    )
    assert [refusal.id for refusal in refusals] == [document.id]
    stored = current_engine().hashes()
    assert f"page:{good.pk}" in stored
    assert f"page:{bad.pk}" not in stored


def _fields(document) -> dict:
    return {name: getattr(document, name) for name in document.__dataclass_fields__}


def test_searches_that_hang_leave_readers_of_one_process_to_others(proxy):
    """Twenty at once: nobody waits longer than for one time-out, and most do not ask the server at all."""
    proxy.mode = HANG
    before = proxy.requests
    took, lock = [], threading.Lock()

    def ask():
        begun = own_seconds()
        reading.suggestions("light", "en")
        with lock:
            took.append(own_seconds() - begun)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(took) < LONGEST
    # Those who wait together, and those who ask before so many have failed.
    assert proxy.requests - before < reading.AT_ONCE + reading.FAILURES
