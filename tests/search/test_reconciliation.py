"""The index compared with the database: what differs is named and repaired."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from search import outbox, reconciliation
from search.current_engine import current_engine
from search.group_documents import all_documents
from search_engines.criteria import Criteria
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def found():
    return {(difference.kind, difference.id) for difference in reconciliation.differences()}


def total(words):
    return current_engine().search(Criteria(language="en", instant=timezone.now(), words=words)).total


def test_differences_are_named(tampered):
    assert found() == tampered


def test_differences_are_repaired(tampered):
    assert total("casinos") == 1
    assert reported() == tampered
    assert found() == set()
    assert (total("casinos"), total("lighthouse")) == (0, 3)


def reported():
    """What a reconciliation reports, and repairs."""
    reports = []
    assert reconciliation.reconcile(reports.append) == len(reports)
    return {(difference.kind, difference.id) for difference in reports}


def test_what_waits_in_the_outbox_is_not_reported(tampered):
    differences = list(reconciliation.differences())
    outbox.enqueue(difference.group for difference in differences if difference.kind != "ghost")
    assert reported() == {("ghost", "page:999999")}


def test_a_page_whose_deletion_waits_in_the_outbox_is_no_ghost(drain):
    page = factories.practice(title="Lighthouse")
    drain()
    page.delete()
    assert found() == {("ghost", f"page:{page.pk}")}
    assert reported() == set()


def test_what_is_due_later_hides_no_difference(tampered):
    later = timezone.now() + timedelta(days=30)
    outbox.enqueue([difference.group for difference in reconciliation.differences()], due_at=later)
    assert reported() == tampered


def test_what_was_indexed_between_the_two_readings_is_not_reported(drain):
    """The index is read, then a page is published and indexed, then the database is read."""
    first = factories.practice(title="Lighthouse")
    drain()

    def edit_meanwhile(documents):
        first.title = "Beacon"
        first.save_revision().publish()
        factories.practice(title="Lighthouse new")
        drain()
        yield from documents

    seen = list(reconciliation.differences(edit_meanwhile))
    assert {difference.kind for difference in seen} == {"missing", "different"}
    assert reconciliation.lasting(seen) == []


def test_a_change_after_the_last_reading_of_the_index_is_not_reported(drain):
    """The page differs, and before the second look ends it changes once more."""
    page = factories.practice(title="Lighthouse")
    drain()
    (document,) = (one for one in all_documents() if one.id == f"page:{page.pk}")
    current_engine().index([replace(document, title="Casinos")])
    seen = list(reconciliation.differences())
    assert [difference.id for difference in seen] == [document.id]
    page.title = "Beacon"
    page.save_revision().publish()
    assert reconciliation.lasting(seen) == []
    drain()
    assert found() == set()


def test_a_group_that_cannot_be_read_is_no_ghost_and_hides_no_other(tampered, unreadable):
    broken = next(one.group for one in reconciliation.differences() if one.kind == "different")
    unreadable(broken)
    assert reported() == {one for one in tampered if one[0] != "different"}
