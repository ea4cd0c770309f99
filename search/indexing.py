"""Bring groups from the database to the index."""

import logging
from collections.abc import Iterable, Iterator

from core.page_cache.content_version import note_change
from core.search_document import SearchDocument
from search.current_engine import current_engine
from search.group_documents import documents_of
from search.versions import next_version
from search_engines import Conflict, EngineUnavailable

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""Attempts at a write of which the index has something newer: each has a new version and reads the database again."""


def index_groups(keys: Iterable[str]) -> None:
    """Make the index contain what the groups are now. Raises ``EngineUnavailable``.

    A document that the engine will never accept is logged and left out, so that it does not block the others.
    A document of which the index has something newer is no success: another process may have been faster, so
    the group is read and sent again. When the index still has something newer, it is ahead of its database,
    and is condemned: the worker rebuilds it.
    """
    waiting = list(dict.fromkeys(keys))
    for _attempt in range(ATTEMPTS):
        waiting = _send(waiting)
        # Kept pages show what the engine found before.
        note_change()
        if not waiting:
            return
    reason = f"the index has newer versions of {', '.join(waiting[:5])} than its database"
    current_engine().condemn(reason)
    raise EngineUnavailable(reason)


def _send(keys: list[str]) -> list[str]:
    """Send groups to the engine; return those of which the index has something newer."""
    version = next_version()
    newer = {}
    for refusal in current_engine().replace({key: _read_when_asked(key) for key in keys}, version=version):
        if isinstance(refusal, Conflict):
            newer[refusal.group] = True
        else:
            logger.error("The search engine refuses %s: %s", refusal.id, refusal.reason)
    return list(newer)


def _read_when_asked(key: str) -> Iterator[SearchDocument]:
    """Yield the documents of a group, read only when the engine asks, so that they are newer than the version."""
    yield from documents_of(key)
