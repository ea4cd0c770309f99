"""From an address to its page."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from wagtail.models import PageViewRestriction, Site

from home.models import NetworkSettings, NetworkWords
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home():
    return factories.tree("ar")


def read(address: str, **headers) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_pages_with_the_same_slug_have_different_addresses():
    factories.news(title="Roofs in the news", slug="roofs")
    factories.event(title="Roofs as an event", slug="roofs")
    assert '<h1 class="title">Roofs in the news</h1>' in read("/en/news/roofs/")
    assert '<h1 class="title">Roofs as an event</h1>' in read("/en/events/roofs/")
    for address in ("/en/roofs/", "/en/calls/roofs/", "/en/news/roofs/more/", "/ar/news/roofs/"):
        assert Client().get(address).status_code == 404


def test_a_page_has_a_breadcrumb_and_links_to_its_versions():
    about = factories.standard_page(title="About us", slug="about")
    below = about.add_child(instance=type(about)(title="Our house", slug="house", locale=about.locale))
    factories.translated(about, "ar")
    page = read("/en/about/house/")
    assert 'href="/en/about/">About us</a>' in page
    assert 'hreflang="ar" href="http://localhost:8000/ar/about/"' in read("/en/about/")
    assert 'hreflang="ar" href="http://localhost:8000/ar/about/house/"' not in page
    below.unpublish()
    assert Client().get("/en/about/house/").status_code == 404


def test_a_breadcrumb_names_published_pages_only():
    about = factories.standard_page(title="About us", slug="about")
    below = about.add_child(instance=type(about)(title="Our house", slug="house", locale=about.locale))
    below.add_child(instance=type(about)(title="Our garden", slug="garden", locale=about.locale))
    below.unpublish()
    assert crumbs("/en/about/house/garden/") == ["/en/about/"]
    type(about).objects.filter(pk=about.pk).update(expire_at=timezone.now())
    assert crumbs("/en/about/house/garden/") == []


def test_a_breadcrumb_of_a_preview_names_published_pages_only(sign_in):
    page = factories.news(title="Opening")
    page.get_parent().specific.unpublish()
    page.save_revision()
    editor = sign_in(factories.user(is_superuser=True, is_staff=True))
    preview = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert "Opening</h1>" in preview
    assert "breadcrumb" not in preview


def crumbs(address: str) -> list[str]:
    return html.fromstring(read(address)).xpath("//ol[@class='breadcrumb']//a/@href")


def test_a_language_whose_home_page_is_a_draft_has_no_pages(home):
    assert Client().get("/ar/events/").status_code == 200
    home.get_translations().get().specific.unpublish()
    assert Client().get("/ar/").status_code == 404
    assert Client().get("/ar/events/").status_code == 404
    assert Client().get("/en/events/").status_code == 200


def test_a_page_behind_a_password_opens_with_it():
    page = factories.standard_page(title="For the jury", slug="jury")
    lock = PageViewRestriction.objects.create(page=page, restriction_type="password", password="secret")
    reader = Client()
    asked = reader.get("/en/jury/")
    assert "For the jury</h1>" not in asked.content.decode()
    reader.post(
        f"/en/_util/authenticate_with_password/{lock.pk}/{page.pk}/", {"password": "secret", "return_url": "/en/jury/"}
    )
    assert "For the jury</h1>" in reader.get("/en/jury/").content.decode()


def test_a_second_site_has_a_network_of_its_own(home, settings):
    settings.ALLOWED_HOSTS = ["testserver", "second.example"]
    second = Site.objects.create(hostname="second.example", root_page=home)
    for site, name in ((Site.objects.get(is_default_site=True), "First network"), (second, "Second network")):
        network = NetworkSettings.for_site(site)
        NetworkWords.objects.create(network=network, language="en", name=name)
    assert "First network" in read("/en/")
    page = read("/en/", host="second.example")
    assert "Second network" in page
    assert "First network" not in page


def test_without_a_site_there_is_no_page():
    Site.objects.all().delete()
    assert Client().get("/en/").status_code == 404
    assert Client().get("/en/events/").status_code == 404


def test_a_page_is_found_in_as_many_queries_in_every_language_and_at_every_depth():
    text = factories.standard_page(slug="about")
    text.add_child(instance=type(text)(title="House", slug="house", locale=text.locale))
    factories.translated(text, "ar")
    assert queries_of("/en/about/") == queries_of("/ar/about/") == queries_of("/en/about/house/")
