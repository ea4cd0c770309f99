"""A value that is counted from all content is counted once, until something changes or the clock reaches an instant."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from core.once_per_request import read_once
from core.page_cache.kept_values import kept
from practices.models import PracticePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(page_cache):
    """The names of the values that were counted, in order."""
    return []


def number(counted: list[str], name: str = "practices") -> int:
    """The number of public practices as a page shows it."""

    def count() -> int:
        counted.append(name)
        return PracticePage.objects.newest("en", 1)[1]

    return kept(name, count)


def test_a_value_is_counted_again_only_after_a_change(counted):
    factories.tree()
    practice = factories.practice()
    assert [number(counted), number(counted), number(counted, "others")] == [1, 1, 1]
    assert counted == ["practices", "others"]
    with transaction.atomic():
        PracticePage.objects.filter(pk=practice.pk).update(live=False)
        assert number(counted) == 0
        transaction.set_rollback(True)
    assert number(counted) == 1, "what was counted in a transaction that was rolled back is forgotten"
    PracticePage.objects.filter(pk=practice.pk).update(live=False)
    assert number(counted) == 0


def test_a_value_ends_when_the_clock_changes_anything(counted):
    factories.tree()
    factories.practice(expire_at=(gone_at := timezone.now() + timedelta(seconds=50)))
    assert number(counted) == 1
    with time_machine.travel(gone_at - timedelta(seconds=1)):
        assert number(counted) == 1
    with time_machine.travel(gone_at + timedelta(seconds=1)):
        assert number(counted) == 0
    assert number(counted) == 1, "a clock that was set back is no reason to show what is later"


def test_values_of_a_request_take_one_query_for_their_version(counted, django_assert_num_queries):
    number(counted), number(counted, "others")
    with django_assert_num_queries(1), read_once():
        number(counted), number(counted, "others")


def test_where_pages_are_not_kept_values_are_not(counted, settings):
    settings.PAGE_CACHE_SECONDS = 0
    number(counted), number(counted)
    assert counted == ["practices", "practices"]
