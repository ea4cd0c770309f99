"""A value that is counted from all content is counted once, until something changes or the clock reaches an instant."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.template import Context, Template
from django.utils import timezone, translation

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


def test_a_part_of_a_template_is_kept_for_each_language_and_name(counted):
    template = Template("{% load kept_parts %}{% kept 'cities-of' name %}<b>{{ text }}</b>{% endkept %}")

    def shown(name: str, language: str = "en") -> str:
        with translation.override(language):
            return template.render(Context({"name": name, "text": lambda: counted.append(name) or f"{len(counted)}&"}))

    assert shown("peace") == shown("peace") == "<b>1&amp;</b>"
    assert [shown("peace", "ar"), shown("water"), shown("peace")] == ["<b>2&amp;</b>", "<b>3&amp;</b>", "<b>1&amp;</b>"]
    assert [shown(""), shown("")] == ["<b>4&amp;</b>", "<b>5&amp;</b>"], "without a name nothing is kept"


def test_long_pages_are_as_new_as_their_content(read):
    factories.tree("ar")
    hub = factories.cluster_page()
    cities = [factories.city(), factories.city()]
    for city in cities:
        factories.practice(city=city, clusters=[hub.cluster])
    event = factories.event()
    paths = [hub.url, "/en/cities/", "/ar/cities/", "/en/cities/?region=africa"]
    paths += [f"/en/cities/{cities[0].code}/", "/sitemap.xml", "/en/events/calendar.ics"]
    # A reader with a cookie gets no kept page, but one that is made of what is kept.
    made = [[read(path, cookie="seen=1") for path in paths] for _twice in range(2)]
    assert made[0] == made[1]
    new = factories.city(own_name="Newtown", region="africa")
    factories.practice(city=new, clusters=[hub.cluster])
    event.title = "Newest event"
    event.save_revision().publish()
    now = [read(path, cookie="seen=1") for path in paths]
    assert all(before != after for before, after in zip(made[1], now, strict=True)), "each of them shows something new"
