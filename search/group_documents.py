"""Read from the database what the index must contain.

A *group* is everything that has one hit in the results: a page with its translations, a city, or a
PDF. Its *key* names it in the outbox and in the index.
"""

import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from django.db.models import prefetch_related_objects
from wagtail.models import Page

from cities.indexing import city_documents
from cities.models import City
from core.i18n.languages import LANGUAGE_CODES, shown_in
from core.pages import PortalPage
from core.querysets.visibility import public
from core.search_document import SearchDocument
from search.pdf_documents import document_key, file_documents, searched_files

PAGE_GROUPS = 100
"""Page groups that are read together: one by one they cost ten queries each."""


def page_key(page: Page) -> str:
    """Return the key of a page's translation group."""
    return f"page:{page.translation_key}"


def city_key(code: str) -> str:
    """Return the key of a city."""
    return f"city:{code}"


def documents_of(key: str) -> list[SearchDocument]:
    """Return the documents that a group has now; none when it is not public or does not exist."""
    kind, _colon, identity = key.partition(":")
    if kind == "city":
        return city_documents(identity)
    if kind == "document":
        return file_documents(identity)
    return list(_page_documents([identity]))


def all_keys() -> Iterator[str]:
    """Yield the key of every group that may have documents, pages first."""
    keys = Page.objects.filter(depth__gt=2).order_by("translation_key").values_list("translation_key", flat=True)
    for key in keys.distinct().iterator(chunk_size=1000):
        yield f"page:{key}"
    for code in City.objects.public().order_by("code").values_list("code", flat=True).iterator(chunk_size=1000):
        yield city_key(code)
    for pk in searched_files().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
        yield document_key(pk)


def all_documents() -> Iterator[SearchDocument]:
    """Yield every document that the index must contain; each is read when it is asked for.

    What changes after it was read here, and before the engine has it, is in the rebuild's journal.
    """
    for kind, keys in groupby(all_keys(), key=lambda key: key.partition(":")[0]):
        if kind != "page":
            for key in keys:
                yield from documents_of(key)
            continue
        while batch := list(islice(keys, PAGE_GROUPS)):
            yield from _page_documents([key.partition(":")[2] for key in batch])


def _page_documents(identities: Sequence[str]) -> Iterator[SearchDocument]:
    """Yield the documents of several page groups, with as many queries per page class as for one group."""
    groups: dict[uuid.UUID, dict[str, PortalPage]] = {uuid.UUID(identity): {} for identity in identities}
    pages = public(Page.objects.filter(translation_key__in=groups)).specific()
    by_class: dict[type[PortalPage], list[PortalPage]] = {}
    for page in pages:
        if isinstance(page, PortalPage):
            by_class.setdefault(type(page), []).append(page)
    for page_class, members in by_class.items():
        prefetch_related_objects(members, "locale", *page_class.indexed_with)
        for page in members:
            groups[page.translation_key][page.language] = page
    for versions in groups.values():
        available = tuple(code for code in LANGUAGE_CODES if code in versions)
        for language in available:
            page = versions[language]
            readers = shown_in(language, available, page.original_language)
            if document := page.search_document(readers, available):
                yield document
