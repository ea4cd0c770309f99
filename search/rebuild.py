"""Build a new index from the database while the old one answers."""

import logging
from collections.abc import Iterable, Sequence

from core.search_document import SearchDocument
from search.current_engine import current_engine
from search.engines import EngineUnavailable, Rebuilt
from search.group_documents import all_documents, documents_of

logger = logging.getLogger(__name__)


def rebuild_index(documents: Iterable[SearchDocument] | None = None) -> Rebuilt:
    """Build a new index and switch to it.

    documents: every document of the portal, lazy as `all_documents()`, for a caller that wants to see
    them pass. Raises ``EngineUnavailable``; the old index then goes on answering.
    """
    return current_engine().rebuild(all_documents() if documents is None else documents, _documents_of_all)


def rebuild_if_unusable() -> bool:
    """Rebuild an index that is missing, damaged or of another version; return whether it was rebuilt."""
    if current_engine().is_usable():
        return False
    try:
        rebuild_index()
    except EngineUnavailable as error:
        logger.warning("The search index cannot be rebuilt now: %s", error)
        return False
    return True


def _documents_of_all(keys: Sequence[str]) -> list[SearchDocument]:
    return [document for key in keys for document in documents_of(key)]
