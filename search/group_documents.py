"""Read from the database what the index must contain.

A *group* is everything that has one hit in the results: a page with its translations, a city, or a
PDF. Its *key* names it in the outbox and in the index.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

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
    """Return the documents that a group has now; none when it is not public, does not exist or is no group."""
    kind, _colon, identity = key.partition(":")
    if kind == "city":
        return city_documents(identity)
    if kind == "document" and identity.isdecimal():
        return file_documents(identity)
    if kind == "page" and _is_uuid(identity):
        return list(_page_documents([identity]))
    return []


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def all_keys() -> Iterator[str]:
    """Yield the key of every group that may have documents, pages first."""
    keys = Page.objects.filter(depth__gt=2).order_by("translation_key").values_list("translation_key", flat=True)
    for key in keys.distinct().iterator(chunk_size=1000):
        yield f"page:{key}"
    for code in City.objects.public().order_by("code").values_list("code", flat=True).iterator(chunk_size=1000):
        yield city_key(code)
    for pk in searched_files().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
        yield document_key(pk)


def raise_again(key: str) -> None:
    """In an exception handler: end with its exception."""
    raise


def all_documents(on_failure: Callable[[str], object] = raise_again) -> Iterator[SearchDocument]:
    """Yield every document that the index must contain; each is read when it is asked for.

    on_failure: called, in the exception handler, with the key of a group whose documents cannot be read.
    If it does not raise, the group is left out.
    """
    for kind, keys in groupby(all_keys(), key=lambda key: key.partition(":")[0]):
        if kind != "page":
            yield from documents_of_each(keys, on_failure)
            continue
        while batch := list(islice(keys, PAGE_GROUPS)):
            documents: Iterable[SearchDocument]
            try:
                documents = list(_page_documents([key.partition(":")[2] for key in batch]))
            except Exception:
                documents = documents_of_each(batch, on_failure)
            yield from documents


def documents_of_each(keys: Iterable[str], on_failure: Callable[[str], object]) -> Iterator[SearchDocument]:
    """Yield the documents of groups that are read one by one. on_failure: as for `all_documents`."""
    for key in keys:
        try:
            documents = documents_of(key)
        except Exception:
            on_failure(key)
        else:
            yield from documents


def _page_documents(identities: Sequence[str]) -> Iterator[SearchDocument]:
    """Yield the documents of several page groups, with as many queries per page class as for one group."""
    groups: dict[uuid.UUID, dict[str, PortalPage]] = {uuid.UUID(identity): {} for identity in identities}
    pages = public(Page.objects.filter(translation_key__in=groups)).specific()
    by_class: dict[type[PortalPage], list[PortalPage]] = {}
    for page in pages:
        if isinstance(page, PortalPage):
            by_class.setdefault(type(page), []).append(page)
    for page_class, members in by_class.items():
        page_class.fetch_for_documents(members)
        for page in members:
            groups[page.translation_key][page.language] = page
    for versions in groups.values():
        available = tuple(code for code in LANGUAGE_CODES if code in versions)
        published = min(
            (page.first_published_at for page in versions.values() if page.first_published_at), default=None
        )
        for language in available:
            page = versions[language]
            page.group_published_at = published
            readers = shown_in(language, available, page.original_language)
            if document := page.search_document(readers, available):
                yield document
