"""What may change the index is queued in its own transaction; the worker then indexes it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from calls.services import extend_deadline
from practices.models import PracticeIndexPage
from search.criteria import Criteria
from search.current_engine import current_engine
from search.models import IndexTask
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]


def test_a_published_page_is_found_after_the_worker_has_run_and_not_before(drain, titles):
    factories.practice(title="Lighthouse lessons")
    assert titles("lighthouse") == []
    drain()
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert IndexTask.objects.count() == 0


def test_an_unpublished_page_is_found_no_more(drain, titles):
    page = factories.practice(title="Lighthouse lessons")
    drain()
    page.unpublish()
    drain()
    assert titles("lighthouse") == []


def test_a_deleted_page_is_found_no_more(drain, titles):
    page = factories.practice(title="Lighthouse lessons")
    drain()
    page.delete()
    drain()
    assert titles("lighthouse") == []


def test_a_restricted_section_takes_everything_below_it_out_of_the_index(drain, titles):
    page = factories.practice(title="Lighthouse lessons")
    decoy = factories.news(title="Lighthouse news")
    drain()
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    drain()
    assert titles("lighthouse") == [decoy.title]


def test_a_section_with_fifty_pages_that_moves_takes_their_addresses_along(drain):
    for number in range(50):
        factories.practice(title=f"Lighthouse {number}")
    drain()
    section = PracticeIndexPage.objects.get(locale__language_code="en")
    section.slug = "what-cities-do"
    section.save_revision().publish()
    drain()
    found = current_engine().search(Criteria(language="en", instant=timezone.now(), words="lighthouse", per_page=100))
    assert found.total == 50
    assert {hit.url.split("/")[2] for hit in found.hits} == {"what-cities-do"}


def test_a_practice_is_found_by_the_new_name_of_its_cluster(drain, titles):
    cluster = factories.cluster()
    factories.practice(title="Lighthouse", clusters=[cluster])
    drain()
    assert titles("beaconry") == []
    cluster.names.update_or_create(language="en", defaults={"name": "Beaconry"})
    drain()
    assert titles("beaconry") == ["Lighthouse"]


def test_a_new_translation_stands_for_its_group_at_once_and_withdrawn_no_more(drain, titles):
    original = factories.practice(title="Lighthouse")
    drain()
    assert titles("lighthouse", "fr") == ["Lighthouse"]
    translation = factories.translated(original, "fr", {"Lighthouse": "Le phare"})
    drain()
    assert (titles("phare", "fr"), titles("lighthouse", "fr")) == (["Le phare"], [])
    translation.unpublish()
    drain()
    assert (titles("phare", "fr"), titles("lighthouse", "fr")) == ([], ["Lighthouse"])


def test_a_practice_is_found_by_the_new_name_of_its_city(drain, titles):
    city = factories.city(own_name="Oldtown")
    factories.practice(title="Evening lessons", city=city)
    drain()
    city.own_name = "Newport"
    city.save()
    drain()
    assert "Evening lessons" in titles("newport")
    assert "Evening lessons" not in titles("oldtown")


def test_an_extension_that_is_announced_later_is_queued_for_its_instant(drain):
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
