"""Old addresses of renamed and moved pages, and everything below them, lead to the new ones."""

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from cities.models import City, CityIndexPage
from events.models import EventIndexPage
from home.models import NewsIndexPage
from practices.models import PracticeIndexPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tree():
    factories.tree("fr")


def rename(model, slug: str, language: str = "en") -> None:
    factories.rename(model.objects.get(locale__language_code=language), slug)


def leads_to(address: str) -> list[str]:
    """The addresses that a browser is sent on to; fails if there is no page at the last one."""
    response = Client().get(address, follow=True)
    assert response.status_code == 200, response.redirect_chain
    return [target for target, _status in response.redirect_chain]


def test_a_list_and_the_pages_below_it_are_found_under_its_old_name_in_every_language():
    page = factories.news(slug="opening")
    factories.translated(page, "fr")
    rename(NewsIndexPage, "what-happens")
    for language in ("en", "fr"):
        assert leads_to(f"/{language}/news/") == [f"/{language}/what-happens/"]
        assert leads_to(f"/{language}/news/opening/") == [f"/{language}/what-happens/opening/"]


def test_routes_below_a_list_are_found_under_its_old_name():
    factories.city(code="dk-sonderborg")
    rename(CityIndexPage, "villes", "fr")
    rename(EventIndexPage, "agenda", "fr")
    assert leads_to("/fr/cities/dk-sonderborg/") == ["/fr/villes/dk-sonderborg/"]
    assert leads_to("/fr/events/past/") == ["/fr/agenda/past/"]
    assert leads_to("/en/cities/dk-sonderborg/") == []


def test_filters_in_an_old_address_are_kept():
    rename(PracticeIndexPage, "practice-notes")
    assert leads_to("/en/practices/?cluster=literacy&page=1") == ["/en/practice-notes/?cluster=literacy&page=1"]


def test_one_redirect_is_enough_for_any_number_of_cities():
    City.objects.bulk_create(
        City(code=f"dk-{number}", own_name=f"City {number}", country="DK", status="admitted") for number in range(1100)
    )
    rename(CityIndexPage, "places")
    assert Redirect.objects.count() == 2, "one for each language"
    assert leads_to("/en/cities/dk-1099/") == ["/en/places/dk-1099/"]


def test_after_two_names_both_lead_to_the_third():
    factories.city(code="dk-sonderborg")
    rename(CityIndexPage, "places")
    rename(CityIndexPage, "towns")
    for name in ("cities", "places"):
        assert leads_to(f"/en/{name}/dk-sonderborg/") == ["/en/towns/dk-sonderborg/"]


def test_a_page_that_gets_its_old_name_back_is_no_circle():
    factories.city(code="dk-sonderborg")
    rename(CityIndexPage, "places")
    rename(CityIndexPage, "cities")
    assert leads_to("/en/cities/") == []
    assert leads_to("/en/places/dk-sonderborg/") == ["/en/cities/dk-sonderborg/"]
    assert Client().get("/en/cities/dk-nowhere/").status_code == 404
    assert Client().get("/en/places/").headers["Cache-Control"] == "no-cache", "browsers keep a 301 for ever"


def test_a_page_that_takes_the_old_name_is_served_and_below_it_the_old_pages_are_still_found():
    factories.news(slug="opening")
    rename(NewsIndexPage, "what-happens")
    factories.standard_page(slug="news", title="About our news")
    assert leads_to("/en/news/") == []
    assert leads_to("/en/news/opening/") == ["/en/what-happens/opening/"]


def test_a_page_that_was_renamed_before_its_list_is_found_under_its_first_address():
    page = factories.news(slug="opening")
    factories.rename(page, "grand-opening")
    rename(NewsIndexPage, "what-happens")
    assert leads_to("/en/news/opening/") == ["/en/what-happens/grand-opening/"]


def test_a_redirect_by_an_editor_comes_first():
    factories.city(code="dk-old")
    rename(CityIndexPage, "places")
    Redirect.add_redirect("/en/cities/dk-old", "/en/places/", site=Site.objects.get())
    Redirect.add_redirect("/en/cities/dk-old?near=x", "/en/places/?near=x", is_permanent=False)
    assert leads_to("/en/cities/dk-old/") == ["/en/places/"]
    assert Client().get("/en/cities/dk-old/?near=x").status_code == 302


def test_a_redirect_by_an_editor_counts_for_its_own_address_only():
    Redirect.add_redirect("/en/towns", "/en/cities/")
    assert leads_to("/en/towns/") == ["/en/cities/"]
    assert Client().get("/en/towns/dk-sonderborg/").status_code == 404


def test_the_redirect_is_made_in_the_transaction_that_renames_the_page():
    page = NewsIndexPage.objects.get(locale__language_code="en")
    page.slug = "what-happens"
    page.save_revision().publish()  # nothing that waits for the commit has run
    assert Redirect.objects.get(old_path="/en/news").link == "/en/what-happens/"


@pytest.mark.parametrize("address", ["/en/%ED%A0%80/", "/en/%00/", "/en/" + "x/" * 900, "/en/nothing/?q=%00"])
def test_no_address_is_an_error(address):
    rename(NewsIndexPage, "what-happens")
    assert Client().get(address).status_code in {400, 404}
