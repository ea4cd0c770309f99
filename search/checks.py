"""System checks: every page type has search documents or a reason why not, and every facet is filled."""

from collections.abc import Iterable

from django.core.checks import Error, register
from wagtail.models import get_page_models

from cities.indexing import CITY
from core.pages import NotIndexed, PortalPage
from core.search_document import DocumentKind
from search.pdf_documents import PDF
from search_engines.facets import CODE_FACETS, FACETS, INSTANTS, RANGES, Facet
from search_engines.kinds import KINDS


@register()
def check_page_types(app_configs, **kwargs) -> list[Error]:
    """Each page class defines its search document, or a reason why the search does not find it."""
    errors = []
    for model in get_page_models():
        if not issubclass(model, PortalPage):
            continue
        if issubclass(model, NotIndexed):
            indexed = bool(getattr(model, "not_indexed_because", ""))
        else:
            indexed = model.document_kind and model.search_document is not PortalPage.search_document
        if not indexed:
            errors.append(
                Error(
                    f"{model.__name__} has no search document, and no reason why not.",
                    hint="Define document_kind and search_document(), or inherit from core.pages.NotIndexed.",
                    obj=model,
                    id="search.E001",
                )
            )
    return errors


@register()
def check_facets(app_configs, **kwargs) -> list[Error]:
    """Facets and documents agree on which kinds fill which facet."""
    kinds = document_kinds()
    return [*kind_errors(kinds), *facet_errors(FACETS, [kind for kind in kinds if kind.code in KINDS])]


def document_kinds() -> list[DocumentKind]:
    """Return the kinds of all documents in the index."""
    pages = [model.document_kind for model in get_page_models() if issubclass(model, PortalPage)]
    return [*filter(None, pages), CITY, PDF]


def facet_errors(facets: Iterable[Facet], kinds: Iterable[DocumentKind]) -> list[Error]:
    """Return an error for each facet whose `kinds` are not those of which the documents fill it."""
    errors = []
    for facet in facets:
        filled = {kind.code for kind in kinds if facet.is_filled_by(kind)}
        if not facet.kinds:
            hint = "Name the kinds of documents that fill it."
            errors.append(Error(f"The facet {facet.code!r} has no kinds.", hint=hint, obj=facet, id="search.E002"))
        if missing := set(facet.kinds) - filled:
            message = f"No document of these kinds fills the facet {facet.code!r}: {', '.join(sorted(missing))}."
            hint = "Fill it in the indexing module of that kind, and declare it there in its DocumentKind."
            errors.append(Error(message, hint=hint, obj=facet, id="search.E002"))
        if unnamed := filled - set(facet.kinds):
            message = f"The facet {facet.code!r} does not name kinds that fill it: {', '.join(sorted(unnamed))}."
            hint = "Add them to its kinds in search_engines/facets.py."
            errors.append(Error(message, hint=hint, obj=facet, id="search.E003"))
    return errors


def kind_errors(kinds: Iterable[DocumentKind]) -> list[Error]:
    """Return an error for each kind that `KINDS` does not list, or that declares a field without a facet."""
    errors = []
    for kind in kinds:
        unknown = {kind.code} - KINDS.keys()
        unknown |= (kind.facets - CODE_FACETS.keys()) | (kind.instants - {*INSTANTS}) | (kind.ranges - {*RANGES})
        if unknown:
            message = (
                f"The search does not know what the {kind.code!r} documents declare: {', '.join(sorted(unknown))}."
            )
            hint = "Add the facet to search_engines/facets.py, or the kind to search_engines/kinds.py."
            errors.append(Error(message, hint=hint, obj=kind, id="search.E004"))
    return errors
