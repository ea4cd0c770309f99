"""`/sitemap.xml` and `/robots.txt`."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cities.models import CityIndexPage
from home.models import HomePage, NewsIndexPage
from home.sitemaps import PortalSitemap
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    return factories.tree("ar")


def read(address: str) -> str:
    response = Client(SERVER_NAME="localhost").get(address)
    assert response.status_code == 200
    return response.content.decode()


def entries(address: str = "/sitemap.xml") -> dict[str, dict[str, str]]:
    """Path → language → path of the alternate."""
    found = {}
    for url in BeautifulSoup(read(address), "xml").find_all("url"):
        links = {str(link["hreflang"]): path_of(str(link["href"])) for link in url.find_all("link")}
        assert url.loc, url
        found[path_of(url.loc.text)] = links
    return found


def path_of(address: str) -> str:
    return re.sub("^https?://[^/]+", "", address)


def test_every_public_page_and_city_is_listed_with_its_alternates():
    page = factories.news(slug="opening")
    factories.translated(page, "ar")
    alone = factories.news(slug="only-english")
    factories.city(code="jo-amman")
    found = entries()
    both = {"en": "/en/news/opening/", "ar": "/ar/news/opening/", "x-default": "/en/news/opening/"}
    assert found["/en/news/opening/"] == found["/ar/news/opening/"] == both
    assert found[alone.url] == {"en": alone.url, "x-default": alone.url}
    city = {"en": "/en/cities/jo-amman/", "ar": "/ar/cities/jo-amman/", "x-default": "/en/cities/jo-amman/"}
    assert found["/en/cities/jo-amman/"] == found["/ar/cities/jo-amman/"] == city, "only languages with a list"


def test_pages_that_are_not_public_are_not_listed():
    hidden = factories.news(slug="hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    factories.news(slug="draft").unpublish()
    factories.city(code="dk-nowhere", status="")
    assert not re.search("hidden|draft|nowhere", read("/sitemap.xml"))


def test_addresses_and_alternates_follow_the_names_of_lists_in_each_language():
    factories.city(code="jo-amman")
    factories.translated(factories.news(slug="opening"), "ar")
    for model, slug in ((CityIndexPage, "towns"), (NewsIndexPage, "what-happens")):
        for page in model.objects.all():
            factories.rename(page, f"{slug}-{page.language}")
    found = entries()
    for path in ("towns-{}/jo-amman/", "towns-{}/", "what-happens-{}/opening/", "what-happens-{}/"):
        english, arabic = (f"/{code}/{path.format(code)}" for code in ("en", "ar"))
        assert found[english] == found[arabic] == {"en": english, "ar": arabic, "x-default": english}
    assert not [path for path in found if path.split("/")[2] in {"cities", "news"}]


def test_a_language_without_a_public_list_of_cities_has_no_cities():
    factories.city(code="jo-amman")
    arabic = CityIndexPage.objects.get(locale__language_code="ar")
    arabic.unpublish()
    assert entries()["/en/cities/jo-amman/"] == {"en": "/en/cities/jo-amman/", "x-default": "/en/cities/jo-amman/"}
    assert "/ar/cities/jo-amman/" not in entries()


def test_a_home_page_that_is_not_public_has_no_addresses():
    factories.city(code="jo-amman")
    HomePage.objects.get(locale__language_code="ar").unpublish()
    assert not [path for path in entries() if path.startswith("/ar/")]
    HomePage.objects.get(locale__language_code="en").unpublish()
    assert entries() == {}


def test_robots_txt_reads_no_more_rows_for_more_pages_and_cities():
    def costs() -> tuple[int, int]:
        """How many queries it takes, and how many rows they return."""
        factories.news()
        factories.city()
        with CaptureQueriesContext(connection) as captured:
            read("/robots.txt")
        return len(captured), sum(map(rows_of, captured.captured_queries))

    read("/robots.txt")  # the addresses of the sites are cached now
    first = costs()
    assert costs() == costs() == first
    assert first[0] <= 5, "the languages that are offered, two counts, and the pages of the feeds"


def rows_of(query: dict) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query["sql"])
        return len(cursor.fetchall())


def test_a_file_of_the_sitemap_costs_the_same_for_more_addresses():
    def costs() -> int:
        factories.translated(factories.news(), "ar")
        factories.city()
        return queries_of("/sitemap.xml")

    assert costs() == costs() <= 10


def test_many_addresses_are_divided_into_files_that_robots_txt_names(monkeypatch):
    for _number in range(5):
        factories.news()
    every = entries()
    monkeypatch.setattr(PortalSitemap, "limit", len(every) // 3 + 1)
    files = [path_of(line.split(" ")[1]) for line in read("/robots.txt").splitlines() if line.startswith("Sitemap: ")]
    assert files == ["/sitemap.xml", "/sitemap.xml?p=2", "/sitemap.xml?p=3"]
    shares = [entries(file) for file in files]
    assert [path for share in shares for path in share] == list(every)


@pytest.mark.parametrize("page", ["4", "0", "x"])
def test_a_file_that_does_not_exist_is_not_found(page):
    assert Client().get(f"/sitemap.xml?p={page}").status_code == 404


def test_a_small_network_has_one_file():
    assert read("/robots.txt").count("Sitemap: ") == 1
