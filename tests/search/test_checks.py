"""System checks of the search: they name a page type without documents, and a facet that nobody fills."""

from dataclasses import replace

from core.pages import PortalPage
from core.search_document import DocumentKind
from home.models import HomePage, NewsPage
from practices.models import PracticePage
from search.checks import check_facets, check_page_types, document_kinds, facet_errors
from search_engines.facets import FACETS, FACETS_BY_CODE, CodeFacet
from search_engines.kinds import KINDS


def test_every_page_type_of_the_portal_has_documents_or_a_reason_why_not():
    assert check_page_types(None) == []


def test_a_page_type_without_a_search_document_is_named(monkeypatch):
    monkeypatch.setattr(NewsPage, "search_document", PortalPage.search_document)
    (error,) = check_page_types(None)
    assert (error.id, error.obj) == ("search.E001", NewsPage)


def test_a_page_type_without_a_kind_is_named(monkeypatch):
    monkeypatch.setattr(NewsPage, "document_kind", None)
    (error,) = check_page_types(None)
    assert (error.id, error.obj) == ("search.E001", NewsPage)


def test_a_page_type_that_is_left_out_needs_a_reason(monkeypatch):
    monkeypatch.setattr(HomePage, "not_indexed_because", "")
    (error,) = check_page_types(None)
    assert error.obj is HomePage


def test_facets_and_documents_of_the_portal_agree():
    assert check_facets(None) == []
    assert {kind.code for kind in document_kinds()} == set(KINDS)


def colour(*kinds: str) -> CodeFacet:
    return CodeFacet(code="colour", label="Colour", kinds=kinds, values=lambda: {"red": "Red"})


def test_a_facet_that_no_document_fills_is_named():
    (error,) = facet_errors([*FACETS, colour("practice", "news")], document_kinds())
    assert error.id == "search.E002"
    assert "'colour': news, practice" in error.msg


def test_a_facet_that_one_of_its_kinds_does_not_fill_is_named():
    kinds = [DocumentKind("practice", facets={"colour"}), DocumentKind("news")]
    (error,) = facet_errors([colour("practice", "news")], kinds)
    assert error.id == "search.E002"
    assert "'colour': news" in error.msg


def test_a_facet_without_kinds_is_named():
    (error,) = facet_errors([colour()], document_kinds())
    assert error.msg == "The facet 'colour' has no kinds."


def test_a_facet_that_is_filled_by_a_kind_which_it_does_not_name_is_named():
    (error,) = facet_errors(
        [colour("practice")], [DocumentKind(code, facets={"colour"}) for code in ("practice", "news")]
    )
    assert error.id == "search.E003"
    assert "'colour' does not name kinds that fill it: news" in error.msg


def test_instants_and_years_count_as_filled_only_when_all_of_them_are_there():
    kinds = [DocumentKind("call", instants={"opens_at"})]
    (error,) = facet_errors([FACETS_BY_CODE["call"]], kinds)
    assert error.id == "search.E002"
    (error,) = facet_errors([FACETS_BY_CODE["period"]], [DocumentKind("practice")])
    assert error.id == "search.E002"


def test_a_field_that_belongs_to_no_facet_is_named(monkeypatch):
    kind = PracticePage.document_kind
    monkeypatch.setattr(PracticePage, "document_kind", replace(kind, facets=kind.facets | {"colour"}))
    (error,) = check_facets(None)
    assert error.id == "search.E004"
    assert error.msg.endswith("'practice' documents declare: colour.")


def test_a_kind_without_a_name_is_named(monkeypatch):
    monkeypatch.setattr(NewsPage, "document_kind", replace(NewsPage.document_kind, code="gazette"))
    first = check_facets(None)[0]
    assert first.id == "search.E004"
    assert first.msg == "The search does not know what the 'gazette' documents declare: gazette."
    assert "search.E003" not in {error.id for error in check_facets(None)}
