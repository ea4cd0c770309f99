"""Where crawlers find all public addresses."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import PageViewRestriction

from home.sitemaps import PortalSitemap
from tests import factories

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


def test_every_public_page_and_city_stands_in_it_with_its_alternates():
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


def test_what_is_not_public_stands_nowhere_in_it():
    hidden = factories.news(slug="hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    factories.news(slug="draft").unpublish()
    factories.city(code="dk-nowhere", status="")
    assert not re.search("hidden|draft|nowhere", read("/sitemap.xml"))


def test_many_addresses_are_shared_out_among_files_that_crawlers_are_told_of(monkeypatch):
    for _number in range(5):
        factories.news()
    every = entries()
    monkeypatch.setattr(PortalSitemap, "limit", len(every) // 3 + 1)
    files = [path_of(line.split(" ")[1]) for line in read("/robots.txt").splitlines() if line.startswith("Sitemap: ")]
    assert files == ["/sitemap.xml", "/sitemap.xml?p=2", "/sitemap.xml?p=3"]
    shares = [entries(file) for file in files]
    assert [path for share in shares for path in share] == list(every)


@pytest.mark.parametrize("page", ["4", "0", "x"])
def test_a_file_that_there_is_not_is_not_found(page):
    assert Client().get(f"/sitemap.xml?p={page}").status_code == 404


def test_a_small_network_has_one_file():
    assert read("/robots.txt").count("Sitemap: ") == 1
