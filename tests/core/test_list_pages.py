"""The addresses of list pages come from the page tree, at most once per request."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from wagtail.models import PageViewRestriction

from cities.models import CityIndexPage
from cities.presentation import CITY_INDEX, city_route, city_url, city_urls
from core.i18n.addresses import absolute
from core.list_pages import list_url, list_urls
from core.middleware import ReadOnceMiddleware
from core.once_per_request import read_once
from core.pages import PortalPage
from events.models import EventIndexPage
from home.models import HomePage, NewsIndexPage
from practices.models import PracticeIndexPage
from tests import factories
from tests.reading import fetch, links

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NEWS_INDEX = "home.NewsIndexPage"


@pytest.fixture(autouse=True)
def _tree():
    factories.tree("fr", "ar")


def index(model: type[PortalPage], language: str) -> PortalPage:
    return model.objects.get(locale__language_code=language)


def test_the_address_of_a_page_is_the_one_that_wagtail_gives_it():
    home = index(HomePage, "fr")
    home.slug = "accueil"
    home.save_synchronised_fields()
    pages = [*HomePage.objects.all(), *NewsIndexPage.objects.all(), factories.news(), factories.news("fr")]
    assert [page.address for page in pages] == [page.url for page in pages]


def test_the_address_of_a_city_is_a_route_of_its_list():
    page = index(CityIndexPage, "fr")
    assert city_route("dk-sonderborg") == page.reverse_subpage("city_page", kwargs={"code": "dk-sonderborg"})
    assert city_url("dk-sonderborg", "fr") == f"{page.url}dk-sonderborg/"


def test_a_new_name_counts_at_once_in_its_language_only():
    factories.rename(index(CityIndexPage, "fr"), "villes")
    assert list_urls(CITY_INDEX) == {"en": "/en/cities/", "fr": "/fr/villes/", "ar": "/ar/cities/"}
    assert city_urls("dk-a") == {"en": "/en/cities/dk-a/", "fr": "/fr/villes/dk-a/", "ar": "/ar/cities/dk-a/"}


def test_the_new_name_of_an_original_counts_in_every_language():
    factories.rename(index(NewsIndexPage, "en"), "what-happens")
    assert set(list_urls(NEWS_INDEX).values()) == {f"/{code}/what-happens/" for code in ("en", "fr", "ar")}


def test_a_list_that_was_first_written_in_its_language_has_an_address_of_its_own():
    own = {"translation_key": uuid.uuid4(), "original_language": "fr"}
    NewsIndexPage.objects.filter(locale__language_code="fr").update(**own)
    factories.rename(index(NewsIndexPage, "fr"), "actualites")
    factories.rename(index(NewsIndexPage, "en"), "what-happens")
    assert list_urls(NEWS_INDEX) == {"en": "/en/what-happens/", "fr": "/fr/actualites/", "ar": "/ar/what-happens/"}


def _unpublished(page):
    page.unpublish()


def _private(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def _home_unpublished(page):
    page.get_parent().specific.unpublish()


def _deleted(page):
    page.delete()


@pytest.mark.parametrize("hide", [_unpublished, _private, _home_unpublished, _deleted])
def test_a_list_that_nobody_may_see_has_no_address(hide):
    # A list on its own, so that the lists of the other languages are not hidden with it.
    CityIndexPage.objects.filter(locale__language_code="fr").update(translation_key=uuid.uuid4())
    hide(index(CityIndexPage, "fr"))
    assert list_url(CITY_INDEX, "fr") == city_url("dk-a", "fr") == ""
    assert list(list_urls(CITY_INDEX)) == ["en", "ar"]
    with read_once():
        assert [list_url(CITY_INDEX, code) for code in ("fr", "en")] == ["", "/en/cities/"]


def test_a_language_without_a_tree_has_no_address():
    assert list_url(CITY_INDEX, "ru") == ""


def test_a_type_that_is_not_a_list_is_a_mistake():
    with pytest.raises(KeyError):
        list_url("cities.City", "en")


def test_addresses_are_read_once_in_a_request_and_anew_in_the_next():
    def view(request):
        with CaptureQueriesContext(connection) as captured:
            found = [list_url(CITY_INDEX, code) for code in ("en", "fr", "en")] + [list_url(NEWS_INDEX, "ar")]
        return HttpResponse(f"{len(captured)} {' '.join(found)}")

    ask = ReadOnceMiddleware(view)
    assert ask(RequestFactory().get("/")).content == b"1 /en/cities/ /fr/cities/ /en/cities/ /ar/news/"
    factories.rename(index(CityIndexPage, "fr"), "villes")
    assert ask(RequestFactory().get("/")).content == b"1 /en/cities/ /fr/villes/ /en/cities/ /ar/news/"


def test_a_request_that_renames_a_list_reads_the_new_name():
    def view(request):
        before = list_url(CITY_INDEX, "en")
        factories.rename(index(CityIndexPage, "en"), "places")
        return HttpResponse(f"{before} {list_url(CITY_INDEX, 'en')}")

    assert ReadOnceMiddleware(view)(RequestFactory().post("/")).content == b"/en/cities/ /en/places/"


@pytest.mark.parametrize("address", ["/en/", "/fr/", "/en/search/", "/en/search/?q=nothing-like-it", "/ar/news/"])
def test_a_page_needs_no_query_of_its_own_for_them(address, monkeypatch):
    reader = Client()
    assert reader.get(address).status_code == 200
    monkeypatch.setattr("core.list_pages._public_list_pages", lambda **values: pytest.fail("they were read again"))
    assert reader.get(address).status_code == 200


def test_a_page_offers_its_versions_at_their_own_addresses():
    page = factories.news(slug="opening")
    factories.translated(page, "fr")
    for code in ("en", "fr"):
        factories.rename(index(NewsIndexPage, code), f"news-{code}")
    own, other = "/en/news-en/opening/", "/fr/news-fr/opening/"
    english = fetch(own)
    assert english.xpath("//link[@rel='alternate'][@hreflang]/@href") == [absolute(own), absolute(other), absolute(own)]
    assert english.xpath("//nav[@class='strip']//a[@hreflang='fr']/@href") == [other]
    assert other in links(english)


def test_the_page_of_a_city_offers_the_languages_that_have_a_list_of_cities():
    factories.city(code="dk-a")
    factories.rename(index(CityIndexPage, "fr"), "villes")
    index(CityIndexPage, "ar").unpublish()
    page = fetch("/fr/villes/dk-a/")
    offered = {"en": "/en/cities/dk-a/", "fr": "/fr/villes/dk-a/", "x-default": "/en/cities/dk-a/"}
    links = page.xpath("//link[@rel='alternate'][@hreflang]")
    assert {link.get("hreflang"): link.get("href") for link in links} == {
        code: absolute(address) for code, address in offered.items()
    }


def test_the_address_of_a_city_in_a_language_without_a_list_names_the_languages_that_have_one():
    factories.city(code="dk-a")
    index(CityIndexPage, "ar").unpublish()
    (offered,) = fetch("/en/cities/dk-a/").xpath("//nav[@class='strip']//a[@hreflang='ar']/@href")
    named = fetch(offered, status=404).xpath("//main//p[@class='lede']/a/@href")
    assert named == ["/en/cities/dk-a/", "/fr/cities/dk-a/"]
    assert fetch("/ar/cities/dk-b/", status=404).xpath("//main//p[@class='lede']/a/@href") == []
    assert fetch("/ar/nothing/dk-a/", status=404).xpath("//main//p[@class='lede']/a/@href") == []


def test_the_filters_of_a_list_are_kept_in_the_language_strip():
    factories.rename(index(PracticeIndexPage, "fr"), "pratiques")
    page = fetch("/en/practices/?q=roof")
    assert page.xpath("//nav[@class='strip']//a[@hreflang='fr']/@href") == ["/fr/pratiques/?q=roof"]


def test_a_preview_offers_the_versions_at_their_own_addresses(sign_in):
    page = factories.news(slug="opening")
    factories.translated(page, "fr")
    factories.rename(index(NewsIndexPage, "fr"), "actualites")
    page.save_revision()
    editor = sign_in(factories.user(is_superuser=True, is_staff=True))
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    strip = html.fromstring(preview).xpath("//nav[@class='strip']//a[@hreflang='fr']/@href")
    assert strip == ["/fr/actualites/opening/"]


@pytest.mark.parametrize("slug", ["search", "desk"])
def test_a_list_cannot_take_an_address_of_the_portal_itself(slug):
    page = index(EventIndexPage, "en")
    page.slug = slug
    with pytest.raises(ValidationError, match="The portal itself uses this address"):
        page.full_clean()
