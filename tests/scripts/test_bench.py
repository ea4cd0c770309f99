"""`make bench` measures a network that is one, asks the same in every run, and says what was missed."""

import pytest
from wagtail.models import Page

from core.i18n.languages import LANGUAGE_CODES
from home.structure import add_language
from practices.models import PracticePage
from scripts.bench import network, pages, pages_table, searches, table
from search.group_documents import all_documents

pytestmark = pytest.mark.one_database


@pytest.fixture
def generated(db, django_capture_on_commit_callbacks):
    for code in LANGUAGE_CODES:
        with django_capture_on_commit_callbacks(execute=True):  # a translation is published then
            add_language(code)
    network.fill(40)


def test_the_generated_tree_is_whole_all_of_it_is_public_and_found_and_its_pages_are_measured(generated, client):
    documents = list(all_documents())

    assert not any(Page.find_problems())
    assert PracticePage.objects.count() == 40
    assert sum(document.type == "practice" for document in documents) == 40
    assert {document.language for document in documents if document.type == "practice"} == set(LANGUAGE_CODES)
    assert all(document.facets["cluster"] for document in documents if document.type == "practice")
    page = PracticePage.objects.first()
    assert page.title in client.get(page.url).content.decode()
    measured = pages.made(times=1)
    assert {"home", "practices", "practice", "city", "hub", "sitemap", "calendar of calls"} <= measured.keys()
    assert all(cost["SQL"] and cost["made"] and cost["kept"] for cost in measured.values())


def test_every_run_asks_the_same_and_every_second_search_has_filters():
    first, second = searches.mixed(14), searches.mixed(14)

    assert [searches.address(criteria) for criteria in first] == [searches.address(criteria) for criteria in second]
    assert [bool(criteria.selections) for criteria in first] == [False, True] * 7
    assert {criteria.language for criteria in first} == set(LANGUAGE_CODES)


def test_the_table_says_which_promise_was_missed():
    numbers = {"SQL": 13, "search": (1, 2), "browsing": (1, 11), "suggest": (1, 1), "page": (9, 59)}
    sizes = {
        1_000: {"embedded": {**numbers, "full page": (5, 6)}},
        2_000: {"embedded": {**numbers, "full page": (7, 8)}},
    }

    verdicts = [line.split()[0] for line in table.targets(sizes).splitlines() if "at most" in line]

    assert verdicts == ["MISSED", "MISSED", "ok", "ok"]
    assert table.too_many_queries(sizes)


def test_the_table_of_pages_says_which_are_too_slow_and_which_grow():
    cost = {"SQL": 9, "recounted": 40.0, "kept": 0.4}
    small = {"home": {**cost, "made": 45.0}, "hub": {**cost, "made": 30.1}, "city": {**cost, "made": 20.0}}
    large = {"home": {**cost, "made": 60.0}, "hub": {**cost, "made": 45.0}, "city": {**cost, "made": 30.1}}

    lines = pages_table.of_sizes({10_000: small, 100_000: large}, {"made": 5.0}).splitlines()

    assert [line.partition(":")[2] for line in lines if line.startswith("MISSED")] == [" hub", " city"]
    assert lines[-1] == "ok      SQL queries at most 15"
    assert "20.0  4.0 × ·  9 · 40.0 · 0.40" in lines[5]
