"""What may change the index is queued in its own transaction; the worker then indexes it."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from calls.services import extend_deadline
from cities.models import Award, CityIndexPage
from cities.services import record_status
from clusters.models import ClusterPage
from home.models import HomePage
from practices.models import PracticeIndexPage
from search.current_engine import current_engine
from search.models import IndexTask
from search_engines.criteria import Criteria
from search_engines.results import plain
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


def addresses_of_city(code: str) -> dict[str, str]:
    """The addresses of a city in the index, by language."""
    found: dict[str, str] = {}
    for language in ("en", "fr", "ar"):
        criteria = Criteria(language=language, instant=timezone.now(), selections={"city": (code,), "type": ("city",)})
        found |= {hit.language: hit.url for hit in current_engine().search(criteria).hits}
    return found


@pytest.fixture
def french_list():
    """The French list of cities, first written in French, so that what happens to it happens to no other list."""
    pages = CityIndexPage.objects.filter(locale__language_code="fr")
    pages.update(translation_key=uuid.uuid4(), original_language="fr")
    return pages.get()


def test_a_list_of_cities_that_is_renamed_takes_the_addresses_of_its_cities_along(drain, french_list):
    factories.city(code="dk-sonderborg")
    drain()
    factories.rename(french_list, "villes")
    drain()
    assert addresses_of_city("dk-sonderborg") == {
        "en": "/en/cities/dk-sonderborg/",
        "fr": "/fr/villes/dk-sonderborg/",
        "ar": "/ar/cities/dk-sonderborg/",
    }


def _unpublish(page):
    page.unpublish()


def _restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def _delete(page):
    page.delete()


def _unpublish_home(page):
    page.get_parent().specific.unpublish()


def _delete_home(page):
    page.get_parent().specific.delete()


@pytest.mark.parametrize("hide", [_unpublish, _restrict, _delete, _unpublish_home, _delete_home])
def test_cities_are_not_found_in_a_language_without_a_public_list_of_them(drain, french_list, hide):
    factories.city(code="dk-sonderborg")
    drain()
    assert list(addresses_of_city("dk-sonderborg")) == ["en", "fr", "ar"]
    hide(french_list)
    drain()
    assert list(addresses_of_city("dk-sonderborg")) == ["en", "ar"]


def test_cities_are_found_in_a_language_as_soon_as_it_has_a_list_of_them(drain, french_list):
    home = french_list.get_parent()
    french_list.delete()
    factories.city(code="dk-sonderborg")
    drain()
    assert list(addresses_of_city("dk-sonderborg")) == ["en", "ar"]
    page = CityIndexPage(title="Villes", slug="villes", locale=home.locale)
    home.add_child(instance=page).save_revision().publish()
    drain()
    assert addresses_of_city("dk-sonderborg")["fr"] == "/fr/villes/dk-sonderborg/"


def test_a_list_of_cities_that_is_published_again_brings_its_cities_back(drain, french_list):
    factories.city(code="dk-sonderborg")
    french_list.unpublish()
    drain()
    french_list.refresh_from_db()
    french_list.save_revision().publish()
    drain()
    assert list(addresses_of_city("dk-sonderborg")) == ["en", "fr", "ar"]


def test_a_home_page_that_is_published_again_brings_the_cities_of_its_language_back(drain):
    factories.city(code="dk-sonderborg")
    home = HomePage.objects.get(locale__language_code="en")
    home.unpublish()
    drain()
    assert addresses_of_city("dk-sonderborg") == {}, "its translations are unpublished with it"
    HomePage.objects.get(pk=home.pk).save_revision().publish()
    drain()
    assert list(addresses_of_city("dk-sonderborg")) == ["en"]


def test_a_practice_is_found_by_the_new_name_of_its_cluster(drain, titles):
    cluster = factories.cluster()
    hub = factories.cluster_page(cluster, title="Hub")
    factories.practice(title="Lighthouse", clusters=[cluster])
    drain()
    assert titles("beaconry") == []
    cluster.names.update_or_create(language="en", defaults={"name": "Beaconry"})
    drain()
    assert sorted(titles("beaconry")) == ["Hub", "Lighthouse"]
    hub.unpublish()
    drain()
    assert titles("beaconry") == [], "a cluster without a public hub is named nowhere"
    ClusterPage.objects.get(pk=hub.pk).save_revision().publish()
    drain()
    assert sorted(titles("beaconry")) == ["Hub", "Lighthouse"]


def newest_first(kind: str) -> list[str]:
    criteria = Criteria(
        language="en", instant=timezone.now(), selections={"type": (kind,)}, sort="newest", per_page=100
    )
    return [plain(hit.title) for hit in current_engine().search(criteria).hits]


def test_a_city_is_found_by_an_award_and_ordered_by_its_admission_as_soon_as_they_are_recorded(drain, titles):
    first, second = factories.city(own_name="Aarhus"), factories.city(own_name="Bergen")
    drain()
    first.awards.add(Award(year=2019))
    first.save()
    drain()
    assert titles("Learning City Award 2019")[0] == "Aarhus"
    early, late = factories.membership_round(2015), factories.membership_round(2018)
    record_status(second, status="admitted", by=None, round=late)
    record_status(first, status="admitted", by=None, round=early)
    drain()
    assert newest_first("city") == ["Bergen", "Aarhus"]
    early.year = 2020
    early.save()
    drain()
    assert newest_first("city") == ["Aarhus", "Bergen"]


def test_a_call_is_found_by_the_new_name_of_its_cluster(drain, titles):
    cluster, call = factories.cluster(), factories.call()
    call.clusters.add(cluster)
    call.save()
    factories.cluster_page(cluster, title="Hub")
    factories.call_page(call, title="Join us")
    drain()
    cluster.names.update(other_names="GCED, Lanternry")
    cluster.names.first().save()
    drain()
    assert sorted(titles("lanternry")) == ["Hub", "Join us"]


def test_the_newest_news_are_those_of_the_latest_day_and_not_those_published_last(drain):
    factories.news(title="Today", date=timezone.localdate())
    original = factories.news(title="Long ago", date=date(2015, 1, 2))
    drain()
    assert newest_first("news") == ["Today", "Long ago"]
    original.date = timezone.localdate() + timedelta(days=1)
    original.save_revision().publish()
    drain()
    assert newest_first("news") == ["Long ago", "Today"]


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
