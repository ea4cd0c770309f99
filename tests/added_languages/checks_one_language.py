"""What holds with English alone, also over a database that has pages in another language."""

import pytest
from django.test import Client
from wagtail.models import Locale, Page

from home.models import HomePage
from practices.models import PracticeIndexPage, PracticePage
from search.rebuild import rebuild_index
from tests import factories
from tests.added_languages.conftest import ENGINES, indexed_by
from tests.reading import fetch, links, main

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ENGINES)
def practice(request):
    """A practice in the English tree, and an index with it."""
    factories.tree()
    made = factories.practice(title="Lantern school", clusters=[factories.cluster(code="literacy")])
    factories.event()
    with indexed_by(request.param):
        yield made


@pytest.fixture
def french_practice(practice):
    """A practice that was first written in French, from the time when French was in the settings."""
    french = Locale.all_objects.create(language_code="fr")
    parent = HomePage.objects.get()
    for page in (
        HomePage(title="Accueil", slug="fr", translation_key=parent.translation_key),
        PracticeIndexPage(title="Pratiques", slug="practices"),
        PracticePage(
            title="École des lanternes",
            authored_by="secretariat",
            city=practice.city,
            one_line_result="Tout le monde lit.",
            problem="Personne ne lisait.",
            original_language="fr",
        ),
    ):
        page.locale, page.live = french, False
        above = parent.get_parent() if isinstance(page, HomePage) else parent
        parent = above.add_child(instance=page)
    Page.objects.filter(locale=french).update(live=True)
    rebuild_index()
    return PracticePage.objects.get(locale=french)


def test_pages_searches_and_suggestions_answer(practice):
    for address in ("/en/", "/en/cities/", "/en/clusters/", "/en/events/", "/en/calls/", "/en/news/", practice.url):
        fetch(address)
    for query in ("", "?q=lantern", "?q=lantren&cluster=literacy", '?q="lantern school"', "?q=школа", "?q=zzzz"):
        fetch(f"/en/search/{query}")
    assert "1 result in English" in main(fetch("/en/search/?q=lanterns"))
    assert Client().get("/en/search/suggest/?q=lan").json()["items"]
    assert Client().get("/sitemap.xml").status_code == 200
    assert Client().get("/fr/").status_code == 404


def test_pages_in_a_language_that_was_removed_are_neither_served_nor_listed(french_practice):
    assert french_practice.live
    assert Client().get("/fr/practices/").status_code == 404
    for address in ("/en/", "/en/practices/", "/en/search/?q=lanternes", f"/en/cities/{french_practice.city.code}/"):
        page = fetch(address)
        assert "École des lanternes" not in main(page)
        assert [link for link in links(page) if link.startswith("/fr/")] == []
    assert "/fr/" not in Client().get("/sitemap.xml").content.decode()
