"""No page type is forgotten by the search: Django's checks name it."""

from core.pages import PortalPage
from home.models import HomePage, NewsPage
from search.checks import every_page_type_answers


def test_every_page_type_of_the_portal_tells_the_search_what_it_says_or_why_not():
    assert every_page_type_answers(None) == []


def test_a_page_type_without_a_search_document_is_named(monkeypatch):
    monkeypatch.setattr(NewsPage, "search_document", PortalPage.search_document)
    (error,) = every_page_type_answers(None)
    assert (error.id, error.obj) == ("search.E001", NewsPage)


def test_a_page_type_that_is_left_out_has_to_say_why(monkeypatch):
    monkeypatch.setattr(HomePage, "not_indexed_because", "")
    (error,) = every_page_type_answers(None)
    assert error.obj is HomePage
