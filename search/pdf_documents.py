"""The search documents of PDFs, and which PDFs a page offers.

The search finds a file when everybody may open it and a public page offers it. A file that is only
in the library was not published. Wagtail's reference index knows which pages link to a file, from
rows, blocks and links in texts; the documents of a call are read from its rows, because they belong
to the call and not to its pages.
"""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from calls.models import CallDocument, CallPage
from core.i18n.languages import LANGUAGE_CODES, settings_order, shown_in
from core.media.models import PortalDocument
from core.querysets.visibility import in_public_collections, public
from core.search_document import DocumentKind, SearchDocument

PDF = DocumentKind("document", facets={"original_language", "available_language"}, instants={"published"})

Use = tuple[str, tuple[str, ...]]
"""Where a file is offered: in which language, and the languages of the readers who see it there."""


def document_key(pk: int) -> str:
    """The outbox key of a file."""
    return f"document:{pk}"


def searched_files() -> QuerySet[PortalDocument]:
    """The PDFs that everybody may open."""
    return in_public_collections(PortalDocument.objects.filter(file__iendswith=".pdf"))


def file_documents(identity: str) -> list[SearchDocument]:
    """Return the document of a PDF; none when the public may not open it or no public page offers it.

    It is shown to readers of its own language, and to the readers of the pages that offer it. A
    file without a language has the language of the first page that offers it.
    """
    file = searched_files().select_related("extracted").filter(pk=identity).first()
    if file is None:
        return []
    uses = [*_uses_on_pages(file), *_uses_in_calls(file)]
    if not uses:
        return []
    readers = {reader for _language, seen_by in uses for reader in seen_by}
    language = file.language or min((language for language, _seen_by in uses), key=settings_order)
    return [
        PDF.document(
            id=document_key(file.pk),
            group=document_key(file.pk),
            language=language,
            shown_in=tuple(code for code in LANGUAGE_CODES if code in {language, *readers}),
            url=file.url,
            title=file.title,
            body=_text_of(file),
            facets={"original_language": (language,), "available_language": (language,)},
            instants={"published": file.created_at},
        )
    ]


def _text_of(file: PortalDocument) -> str:
    """Return the text that the worker has extracted from the current file; "" before it has."""
    kept = getattr(file, "extracted", None)
    return kept.text if kept and (kept.file, kept.file_hash) == (file.file.name, file.file_hash) else ""


def _uses_on_pages(file: PortalDocument) -> Iterator[Use]:
    references = ReferenceIndex.get_references_to(file).filter(base_content_type=_content_type(Page))
    linking = public(Page.objects.filter(pk__in={int(key) for key in references.values_list("object_id", flat=True)}))
    keys = dict(linking.values_list("pk", "translation_key"))
    groups: dict = {}
    for page in public(Page.objects.filter(translation_key__in=set(keys.values())).select_related("locale")).specific():
        groups.setdefault(page.translation_key, {})[page.locale.language_code] = page
    for versions in groups.values():
        for language, page in versions.items():
            if page.pk in keys:
                yield language, shown_in(language, versions, page.original_language)


def _uses_in_calls(file: PortalDocument) -> Iterator[Use]:
    """As a document of a call. Each page of the call offers all of them; a reader gets the best language."""
    for row in CallDocument.objects.filter(document=file):
        page = public(CallPage.objects.filter(call=row.call_id)).first()
        if page is None:
            continue
        documents = CallDocument.objects.filter(call=row.call_id, kind=row.kind)
        languages = in_public_collections(documents, "document__collection").values_list("language", flat=True)
        yield row.language, shown_in(row.language, set(languages), page.original_language)


def keys_of_files_on(pages: QuerySet[Page]) -> list[str]:
    """Return the outbox keys of all files that these pages offer."""
    page_keys = pages.order_by().annotate(key=Cast("pk", CharField())).values("key")
    references = ReferenceIndex.objects.filter(
        base_content_type=_content_type(Page),
        object_id__in=page_keys,
        to_content_type=_content_type(PortalDocument),
    )
    calls = CallPage.objects.filter(pk__in=pages.order_by().values("pk")).values("call")
    return [
        *map(document_key, references.values_list("to_object_id", flat=True).distinct()),
        *map(document_key, CallDocument.objects.filter(call__in=calls).values_list("document_id", flat=True)),
    ]


def is_to_a_file(reference: ReferenceIndex) -> bool:
    """Whether a row of Wagtail's reference index refers to a document."""
    return reference.to_content_type_id == _content_type(PortalDocument).pk


def _content_type(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)
