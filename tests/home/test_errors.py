"""Error pages: in the language of the reader, with what to do next, also without a database."""

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation
from lxml import html
from wagtail.models import PageViewRestriction

from home import errors
from tests import factories
from tests.queries import queries_of
from tests.reading import fetch, links, main, words


@pytest.fixture
def database_gone(django_db_blocker, monkeypatch):
    """The database cannot be opened."""
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/portal")
        yield
        connection.close()


def lede(page) -> str:
    return words(page.xpath("//main//p[@class='lede']")[0])


# --- 404 ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_page_that_exists_in_other_languages_links_to_them():
    factories.tree("fr", "ru")
    piece = factories.news(title="Larissa joins", slug="larissa-joins")
    factories.translated(piece, "fr")
    page = fetch("/ru/news/larissa-joins/", status=404)
    assert page.get("lang") == "ru"
    assert page.xpath("//main//p[@class='lede']/a/@href") == ["/en/news/larissa-joins/", "/fr/news/larissa-joins/"]
    assert page.xpath("//main//p[@class='lede']/a/@hreflang") == ["en", "fr"]
    assert "English" in lede(page)
    assert "Français" in lede(page)
    with translation.override("ru"):
        heading = translation.pgettext("write the name of your own language", "This page is not in English yet")
    assert heading in main(page)


@pytest.mark.django_db
def test_a_page_in_english_only_is_offered_in_english_to_readers_of_others():
    factories.tree("fr")
    factories.news(slug="only-english")
    assert fetch("/fr/news/only-english/", status=404).xpath("//main//p[@class='lede']/a/@href") == [
        "/en/news/only-english/"
    ]
    page = fetch("/en/news/neither/", status=404)
    assert lede(page).startswith("The page may have moved, or the address may be mistyped.")


@pytest.mark.django_db
def test_a_page_that_does_not_exist_links_to_the_nearest_page_above_and_to_the_search():
    factories.tree()
    page = fetch("/en/news/piece-of-news/", status=404)
    assert "There is no page at this address" in main(page)
    assert {"/en/news/", "/en/"} <= set(links(page))
    assert page.xpath("//main//form/@action") == ["/en/search/"]
    assert page.xpath("//main//input[@name='q']/@value") == ["piece of news"]


@pytest.mark.django_db
def test_pages_that_are_not_public_are_not_linked():
    factories.tree("fr")
    draft = factories.news(slug="draft")
    type(draft).objects.filter(pk=draft.pk).update(live=False)
    private = factories.news(slug="private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for slug in ("draft", "private"):
        assert "/en/news/" not in "".join(fetch(f"/fr/news/{slug}/", status=404).xpath("//main//a/@href"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/nothing.txt",
        "/wp-login.php",
        "/en/nothing.txt",
        "/de/events/",
        "/en/%00/",
        "/en/%ED%A0%80/",
        "/en/" + "deep/" * 60,
        "/en/" + "x" * 3000 + "/",
        "/en/events/%27%20OR%201=1/",
        "/covers/event/0123456789/thumb",
        "/covers/event/0123456789/poster",
    ],
)
def test_an_address_without_a_page_is_not_found(client, address):
    factories.tree()
    response = client.get(address, follow=True)
    assert response.status_code in {400, 404}
    page = html.fromstring(response.content.decode())
    assert page.xpath("//h1")
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


@pytest.mark.django_db
def test_an_address_without_a_language_is_answered_in_the_language_of_the_browser(client):
    factories.tree("fr")
    response = client.get("/nothing/here/", headers={"Accept-Language": "fr"})
    page = html.fromstring(response.content.decode())
    assert response.status_code == 404
    assert page.get("lang") == "fr"
    assert "/fr/" in links(page)


@pytest.mark.django_db
def test_a_head_request_gets_no_body(client):
    factories.tree()
    answer = client.head("/en/nothing/")
    assert (answer.status_code, answer.content) == (404, b"")
    assert client.head("/en/events/").status_code == 200


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_the_number_of_pages():
    factories.tree("fr", "ar")
    factories.news(slug="here")

    one = queries_of("/ar/news/here/", status=404)
    factories.news()
    factories.news()
    assert queries_of("/ar/news/here/", status=404) == one <= 15


# --- 400, 403, 500, 503 ---------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "view"), [(400, errors.bad_request), (500, errors.server_error)])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("zh-hans", "ltr")])
def test_they_are_in_the_language_of_the_address_and_need_no_query(status, view, language, direction):
    request = RequestFactory().get(f"/{language}/events/")
    with translation.override(language):
        response = view(request)
    page = html.fromstring(response.content.decode())
    assert response.status_code == status
    assert (page.get("lang").lower(), page.get("dir")) == (language, direction)
    assert str(status) in main(page)
    assert page.xpath("//main//form/@action") == [f"/{language}/search/"]


@pytest.mark.django_db
def test_a_form_from_another_site_is_refused_with_an_explanation():
    factories.tree("ar")
    response = Client(enforce_csrf_checks=True).post("/ar/events/", {"word": "x"})
    page = html.fromstring(response.content.decode())
    assert response.status_code == 403
    assert page.get("dir") == "rtl"
    with translation.override("ar"):
        assert translation.gettext("You cannot open this page or send this form") in main(page)


@pytest.mark.django_db
def test_an_address_with_characters_that_no_column_can_hold_is_a_bad_request(client):
    factories.tree()
    response = client.get("/en/search/?q=%00")
    assert response.status_code in {200, 400}
    assert errors.bad_request(RequestFactory().get("/"), BadRequest()).status_code == 400


def test_without_a_database_a_page_says_that_the_portal_does_not_answer(database_gone):
    response = Client(raise_request_exception=False).get("/ar/events/")
    page = html.fromstring(response.content.decode())
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert page.get("dir") == "rtl"
    with translation.override("ar"):
        assert translation.gettext("The portal is not available right now") in main(page)


def test_without_a_database_a_form_keeps_what_was_typed_and_goes_to_where_it_was_sent(database_gone):
    """For a page of the portal only, and never with a password."""
    browser, typed = Client(raise_request_exception=False), {"text": "A <wrong> year", "page": "/ar/"}

    def answer(sent: dict, origin: str = "http://testserver"):
        response = browser.post("/ar/desk/?a=1", sent, headers={"origin": origin})
        assert response.status_code == 503
        return html.fromstring(response.content.decode())

    (form,) = answer(typed).xpath("//main//form")
    fields = dict(zip(form.xpath(".//input/@name"), form.xpath(".//input/@value"), strict=True))
    assert form.get("action") == "/ar/desk/?a=1"
    assert fields.items() >= typed.items()
    assert "csrfmiddlewaretoken" in fields
    assert "A <wrong> year" in words(form)
    assert answer(typed, "http://elsewhere.example").xpath("//main//form") == []
    assert answer(typed | {"password": "my secret one"}).xpath("//main//form") == []


def test_without_a_database_a_missing_page_reports_that_the_portal_does_not_answer(database_gone):
    response = Client().get("/nothing.txt")
    page = html.fromstring(response.content.decode())
    assert response.status_code == 503
    assert "The portal is not available right now" in main(page)
    assert links(page) == ["/en/"]


def test_without_a_database_a_form_is_still_refused_with_an_explanation(database_gone):
    response = Client(enforce_csrf_checks=True).post("/en/events/")
    assert response.status_code == 403
    assert "You cannot open this page" in response.content.decode()


@pytest.mark.django_db
def test_nothing_in_an_error_page_is_inline():
    factories.tree()
    source = html.tostring(fetch("/en/nothing/", status=404)).decode()
    assert "<style" not in source
    assert " style=" not in source
    assert "<script>" not in source
