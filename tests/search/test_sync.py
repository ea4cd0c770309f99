"""From the database to the index: what changes is queued in its transaction and told the engine."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from calls.services import extend_deadline
from practices.models import PracticeIndexPage
from search import sync
from search.criteria import Criteria
from search.models import IndexTask
from search.results import plain
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree("fr", "ar")
    sync.rebuild()
    IndexTask.objects.all().delete()


def drain():
    while sync.drain():
        pass


def titles(words: str, language: str = "en") -> list[str]:
    found = sync.engine().search(Criteria(language=language, instant=timezone.now(), words=words))
    return [plain(hit.title) for hit in found.hits]


def test_a_published_page_is_found_after_the_worker_has_run_and_not_before():
    factories.practice(title="Lighthouse lessons")
    assert titles("lighthouse") == []
    drain()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert IndexTask.objects.count() == 0


def test_an_unpublished_page_is_found_no_more():
    page = factories.practice(title="Lighthouse lessons")
    drain()
    page.unpublish()
    drain()
    assert titles("lighthouse") == []


def test_a_deleted_page_is_found_no_more():
    page = factories.practice(title="Lighthouse lessons")
    drain()
    page.delete()
    drain()
    assert titles("lighthouse") == []


def test_a_restricted_section_takes_everything_below_it_out_of_the_index():
    page = factories.practice(title="Lighthouse lessons")
    decoy = factories.news(title="Lighthouse news")
    drain()
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    drain()
    assert titles("lighthouse") == [decoy.title]


def test_a_section_with_fifty_pages_that_moves_takes_their_addresses_along():
    for number in range(50):
        factories.practice(title=f"Lighthouse {number}")
    drain()
    section = PracticeIndexPage.objects.get(locale__language_code="en")
    section.slug = "what-cities-do"
    section.save_revision().publish()
    drain()
    found = sync.engine().search(Criteria(language="en", instant=timezone.now(), words="lighthouse", per_page=100))
    assert found.total == 50
    assert {hit.url.split("/")[2] for hit in found.hits} == {"what-cities-do"}


def test_a_practice_is_found_by_the_new_name_of_its_cluster():
    cluster = factories.cluster()
    factories.practice(title="Lighthouse", clusters=[cluster])
    drain()
    assert titles("beaconry") == []
    cluster.names.update_or_create(language="en", defaults={"name": "Beaconry"})
    drain()
    assert titles("beaconry") == ["Lighthouse"]


def test_a_new_translation_stands_for_its_group_at_once_and_withdrawn_no_more():
    original = factories.practice(title="Lighthouse")
    drain()
    assert titles("lighthouse", "fr") == ["Lighthouse"]
    translation = factories.translated(original, "fr", {"Lighthouse": "Le phare"})
    drain()
    assert (titles("phare", "fr"), titles("lighthouse", "fr")) == (["Le phare"], [])
    translation.unpublish()
    drain()
    assert (titles("phare", "fr"), titles("lighthouse", "fr")) == ([], ["Lighthouse"])


def test_one_hit_per_group_in_the_readers_language_else_in_english():
    page = factories.practice(title="Lighthouse lessons")
    factories.translated(page, "fr", {"Lighthouse lessons": "Leçons au phare"})
    drain()
    assert titles("phare", "fr") == ["Leçons au phare"]
    assert titles("lighthouse", "ar") == ["Lighthouse lessons"]
    assert titles("lighthouse", "fr") == []


def test_a_practice_is_found_by_the_new_name_of_its_city():
    city = factories.city(own_name="Oldtown")
    factories.practice(title="Evening lessons", city=city)
    drain()
    city.own_name = "Newport"
    city.save()
    drain()
    assert "Evening lessons" in titles("newport")
    assert "Evening lessons" not in titles("oldtown")


def test_a_city_is_found_in_every_language_by_its_facts_alone():
    factories.city(own_name="Sønderborg", code="dk-sonderborg")
    drain()
    assert titles("sonderborg", "ar") == ["Sønderborg"]


def test_an_extension_that_is_announced_later_is_queued_for_its_instant():
    row = factories.call()
    factories.call_page(row)
    drain()
    later = timezone.now() + timedelta(days=2)
    extend_deadline(
        row,
        clock="city",
        new=row.first_deadline + timedelta(days=30),
        reason="emergency",
        by="secretariat",
        announce_at=later,
    )
    assert list(IndexTask.objects.filter(due_at__gt=timezone.now()).values_list("due_at", flat=True)) == [later]


def test_a_worker_that_dies_before_the_engine_answered_loses_nothing(settings, tmp_path):
    factories.practice(title="Lighthouse lessons")
    waiting = IndexTask.objects.count()
    settings.SEARCH_DIRECTORY = tmp_path / "a-file"
    settings.SEARCH_DIRECTORY.write_text("no folder: the engine cannot answer")
    assert sync.drain() == 0
    assert IndexTask.objects.count() == waiting
    assert IndexTask.objects.filter(attempts=1, due_at__gt=timezone.now()).count() == waiting


def test_the_command_says_what_there_is(capsys):
    factories.practice(title="Lighthouse lessons")
    call_command("search", "sync")
    call_command("search", "stats")
    assert "Engine: embedded" in capsys.readouterr().out


def test_a_group_whose_documents_cannot_be_made_holds_up_no_other():
    broken = factories.practice(title="Broken lessons")
    factories.practice(title="Lighthouse lessons")
    # A year that no index takes, past every form.
    type(broken).objects.filter(pk=broken.pk).update(period_start="9999-01-01", period_end="9999-01-01")
    drain()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert set(IndexTask.objects.values_list("key", flat=True)) == {f"page:{broken.translation_key}"}


def test_reading_everything_takes_no_more_queries_for_more_practices():
    town, hub = factories.city(), factories.cluster()
    factories.practice(city=town, clusters=[hub])
    list(sync.all_documents())  # what is kept, such as the addresses of sites, is warm now
    with CaptureQueriesContext(connection) as for_one:
        list(sync.all_documents())
    more = [factories.practice(city=town, clusters=[hub]) for _number in range(3)]

    with CaptureQueriesContext(connection) as for_four:
        ids = [document.id for document in sync.all_documents()]

    assert {f"page:{page.pk}" for page in more} < set(ids)
    assert len(for_four) == len(for_one)
