"""Documents as readers see them: only those that are public, as templates/components/files.html takes them."""

from collections.abc import Iterable

from core.i18n import dates
from core.media.models import PortalDocument
from core.querysets.visibility import in_public_collections


def file_row(document: PortalDocument, title: str = "", language: str = "") -> dict:
    """One file. Without a title the component names its language (the document's own, unless given)."""
    return {
        "url": document.url,
        "title": title,
        "language": language or document.language,
        "type": document.file_extension.upper(),
        "pages": document.pages,
        "size": dates.file_size(document.file_size) if document.file_size else "",
    }


def public_documents(keys: Iterable[int | None]) -> dict[int, PortalDocument]:
    """The documents with these ids by their ids, without those in private collections."""
    wanted = {key for key in keys if key}
    return in_public_collections(PortalDocument.objects.filter(pk__in=wanted)).in_bulk() if wanted else {}


def public_files(rows: Iterable) -> list[dict]:
    """The files of child rows that have a `document` and a `title`, without those in private collections."""
    rows = list(rows)
    documents = public_documents(row.document_id for row in rows)
    return [file_row(documents[row.document_id], row.title) for row in rows if row.document_id in documents]
