"""Build a new index from the database while the old one answers."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence

from core.page_cache.content_version import note_change
from core.search_document import SearchDocument
from search import outbox
from search.current_engine import current_engine
from search.group_documents import all_documents, documents_of_each
from search.versions import latest_version
from search_engines import EngineUnavailable, Rebuilt

logger = logging.getLogger(__name__)

Watch = Callable[[Iterable[SearchDocument]], Iterable[SearchDocument]]
"""Passes documents on one by one, for example to count them."""


def rebuild_index(watch: Watch = iter) -> Rebuilt:
    """Build a new index and switch to it.

    Raises ``EngineUnavailable``; the old index then stays live. A group whose documents cannot be read is
    logged, left out and queued, so that it is noticed there.
    """
    rebuilt = current_engine().rebuild(watch(all_documents(_queue_unreadable)), _documents_now)
    # Kept pages show what the index before found.
    note_change()
    for refusal in rebuilt.refusals:
        logger.error("The search engine refuses %s: %s", refusal.id, refusal.reason)
    return rebuilt


def rebuild_reason() -> str:
    """Return why the index must be rebuilt, in one line; "" when it need not. Raises ``EngineUnavailable``.

    An index is ahead of its database after the database was restored from a backup: it contains what the
    database does not know, and would refuse what comes next as older.
    """
    engine = current_engine()
    if reason := engine.rebuild_reason():
        return reason
    stored, drawn = engine.newest_version(), latest_version()
    if stored > drawn:
        return (
            f"the index is ahead of its database (version {stored}, database {drawn}), "
            "which was perhaps restored from a backup"
        )
    return ""


def rebuild_if_needed() -> bool:
    """Rebuild the index if `rebuild_reason` gives a reason; return whether it was rebuilt."""
    try:
        reason = rebuild_reason()
        if not reason:
            return False
        logger.warning("The search index is rebuilt: %s", reason)
        rebuilt = rebuild_index()
    except EngineUnavailable as error:
        logger.warning("The search index cannot be rebuilt or checked now: %s", error)
        return False
    logger.warning("The search index is rebuilt, with %d documents", rebuilt.documents)
    return True


def _documents_now(keys: Sequence[str]) -> Iterator[SearchDocument]:
    return documents_of_each(keys, _queue_unreadable)


def _queue_unreadable(key: str) -> None:
    """In an exception handler: log the group that cannot be read, and queue it."""
    logger.exception("The documents of %s cannot be read", key)
    outbox.enqueue([key])
