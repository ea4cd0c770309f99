"""The index compared with the database: what differs is named and mended."""

import pytest
from django.utils import timezone

from search import outbox, reconciliation
from search.criteria import Criteria
from search.current_engine import current_engine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree()


def found():
    return {(difference.kind, difference.id) for difference in reconciliation.differences()}


def total(words):
    return current_engine().search(Criteria(language="en", instant=timezone.now(), words=words)).total


def test_differences_are_named(tampered):
    assert found() == tampered


def test_differences_are_mended(tampered):
    assert total("casinos") == 1
    told = []
    assert reconciliation.reconcile(told.append) == 3
    assert {(difference.kind, difference.id) for difference in told} == tampered
    assert found() == set()
    assert (total("casinos"), total("lighthouse")) == (0, 3)


def test_what_still_waits_in_the_outbox_is_nothing_to_report(tampered):
    outbox.enqueue(difference.group for difference in reconciliation.differences() if difference.group)
    told = []
    assert reconciliation.reconcile(told.append) == 1
    assert [difference.kind for difference in told] == ["ghost"]
