"""Bring groups from the database to the index."""

import logging
from collections.abc import Iterable, Iterator

from django.db import transaction

from core.search_document import SearchDocument
from search.current_engine import current_engine
from search.group_documents import documents_of
from search.models import IndexTask

logger = logging.getLogger(__name__)


def index_groups(keys: Iterable[str]) -> None:
    """Make the index contain what the groups are now. Raises ``EngineUnavailable``.

    A document that the engine will never accept is logged and left out, so that it does not block the others.
    """
    version = _next_version()
    groups = {key: _read_when_asked(key) for key in dict.fromkeys(keys)}
    for refusal in current_engine().replace(groups, version=version):
        logger.error("The search engine refuses %s: %s", refusal.id, refusal.reason)


def _read_when_asked(key: str) -> Iterator[SearchDocument]:
    """Yield the documents of a group, read only when the engine asks, so that they are newer than the version."""
    yield from documents_of(key)


def _next_version() -> int:
    """Draw a number above all earlier ones, before the database is read: of two writes the later one counts.

    The ids of the outbox rows at hand would not do: a row for a later time is older than writes that are
    already done.
    """
    with transaction.atomic():
        row = IndexTask.objects.create(key="version")
        version = row.pk
        row.delete()
    return version
