"""Public documents as templates/components/files.html takes them."""

from collections.abc import Iterable

from core.i18n import dates
from core.media.models import PortalDocument
from core.querysets.visibility import in_public_collections


def file_row(document: PortalDocument, title: str = "", language: str = "") -> dict:
    """Return one file for the component.

    Without a title the component shows the language instead: `language`, or the document's own.
    """
    return {
        "url": document.url,
        "title": title,
        "language": language or document.language,
        "type": document.file_extension.upper(),
        "pages": document.pages,
        "size": dates.file_size(document.file_size) if document.file_size else "",
    }


def public_documents(keys: Iterable[int | None]) -> dict[int, PortalDocument]:
    """Return the documents with these primary keys by primary key, without those in private collections."""
    wanted = {key for key in keys if key}
    return in_public_collections(PortalDocument.objects.filter(pk__in=wanted)).in_bulk() if wanted else {}


def public_files(rows: Iterable) -> list[dict]:
    """Return the files of child rows with a `document` and a `title`, without those in private collections."""
    rows = list(rows)
    documents = public_documents(row.document_id for row in rows)
    return [file_row(documents[row.document_id], row.title) for row in rows if row.document_id in documents]
