"""Which documents a group has, read from the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.group_documents import all_documents
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def test_one_hit_per_group_in_the_readers_language_else_in_english(drain, titles):
    page = factories.practice(title="Lighthouse lessons")
    factories.translated(page, "fr", {"Lighthouse lessons": "Leçons au phare"})
    drain()
    assert titles("phare", "fr") == ["Leçons au phare"]
    assert titles("lighthouse", "ar") == ["Lighthouse lessons"]
    assert titles("lighthouse", "fr") == []


def test_a_city_is_found_in_every_language_by_its_facts_alone(drain, titles):
    factories.city(own_name="Sønderborg", code="dk-sonderborg")
    drain()
    assert titles("sonderborg", "ar") == ["Sønderborg"]


def test_reading_everything_takes_no_more_queries_for_more_practices():
    town, hub = factories.city(), factories.cluster()
    factories.practice(city=town, clusters=[hub])
    list(all_documents())  # what is kept, such as the addresses of sites, is warm now
    with CaptureQueriesContext(connection) as for_one:
        list(all_documents())
    more = [factories.practice(city=town, clusters=[hub]) for _number in range(3)]

    with CaptureQueriesContext(connection) as for_four:
        ids = [document.id for document in all_documents()]

    assert {f"page:{page.pk}" for page in more} < set(ids)
    assert len(for_four) == len(for_one)
