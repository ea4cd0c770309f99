"""System checks of page types: without a template or a place in the tree, a page type is named."""

from core.checks import check_page_types_can_be_used
from home.models import HomePage, NewsPage, StandardPage


def test_every_page_type_of_the_portal_has_a_template_and_a_place_in_the_tree():
    assert check_page_types_can_be_used(None) == []


def test_a_page_type_without_a_template_is_named(monkeypatch):
    monkeypatch.setattr(NewsPage, "template", "home/gazette_page.html")
    (error,) = check_page_types_can_be_used(None)
    assert (error.id, error.obj) == ("core.E001", NewsPage)
    assert error.hint == "Add templates/home/gazette_page.html."


def test_a_page_type_that_no_page_takes_is_named(monkeypatch):
    monkeypatch.setattr(HomePage, "_clean_subpage_models", None)
    monkeypatch.setattr(StandardPage, "_clean_parent_page_models", None)
    kept = [name for name in HomePage.subpage_types if name != "home.StandardPage"]
    monkeypatch.setattr(HomePage, "subpage_types", kept)
    monkeypatch.setattr(StandardPage, "parent_page_types", ["home.HomePage"])
    (error,) = check_page_types_can_be_used(None)
    assert (error.id, error.obj) == ("core.E002", StandardPage)
