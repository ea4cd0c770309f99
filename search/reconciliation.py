"""Compare the index with the database and repair it: the last resort after the outbox.

While that is done, editors and the worker go on. A difference counts only when it is still there after a
second look, and nothing about its group is on its way to the index.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils import timezone

from core.page_cache.content_version import note_change
from search import outbox
from search.current_engine import current_engine
from search.group_documents import all_documents, documents_of
from search.indexing import index_groups
from search.models import IndexTask
from search.rebuild import Watch
from search.versions import next_version
from search_engines.base import StoredDocument

MISSING, DIFFERENT, GHOST, FOREIGN = "missing", "different", "ghost", "foreign"


@dataclass(frozen=True)
class Difference:
    """A document that is not what it must be.

    ``missing`` in the index; ``different`` from the database; a ``ghost`` that the database does not
    have; or ``foreign``: not written by the portal.
    """

    kind: str
    id: str
    """For a foreign document its name in the index."""
    group: str = ""
    """Its group; "" for a foreign document."""

    def __str__(self) -> str:
        """Return one line, also for what somebody else put into the index."""
        return f"{self.kind}: {''.join(sign if sign.isprintable() else '�' for sign in self.id)}"


def differences(watch: Watch = iter) -> Iterator[Difference]:
    """Yield what the index lacks, has otherwise, or has too much, by id and content hash.

    A change that comes in between the reading of the two may show as a difference: `lasting` tells. A group
    that cannot be read from the database differs in nothing. Raises ``EngineUnavailable``.
    """
    contents = current_engine().contents()
    indexed = dict(contents.documents)
    unreadable: set[str] = set()
    for document in watch(all_documents(unreadable.add)):
        found = indexed.pop(document.id, None)
        if found is None:
            yield Difference(MISSING, document.id, document.group)
        elif found != StoredDocument(document.group, document.content_hash):
            yield Difference(DIFFERENT, document.id, document.group)
    for document_id, found in indexed.items():
        if found.group not in unreadable:
            yield Difference(GHOST, document_id, found.group)
    for name in contents.foreign:
        yield Difference(FOREIGN, name)


def lasting(found: Iterable[Difference]) -> list[Difference]:
    """Return the differences that no change explains that is on its way, or was at the first look.

    Each group is read from the database, then from the index, then from the database again. What changed
    before the first reading is in the index by then, or its row was in the outbox in between; what changed
    later shows in the second reading.
    """
    found = list(found)
    kept = [difference for difference in found if difference.kind == FOREIGN]
    groups = iter(dict.fromkeys(difference.group for difference in found if difference.kind != FOREIGN))
    while batch := list(islice(groups, outbox.BATCH)):
        before = _wanted(batch)
        waiting = set(IndexTask.objects.on_the_way(timezone.now()).filter(key__in=batch).values_list("key", flat=True))
        indexed = current_engine().contents(batch).documents
        after = _wanted(batch)
        for group in batch:
            wanted = after[group]
            if group in waiting or wanted is None or wanted != before[group]:
                continue
            stored = {document_id: row for document_id, row in indexed.items() if row.group == group}
            kept += _compared(wanted, stored)
    return kept


def _wanted(groups: Iterable[str]) -> dict[str, dict[str, StoredDocument] | None]:
    """Return what the index must have of each group; None for one that cannot be read."""
    wanted: dict[str, dict[str, StoredDocument] | None] = {}
    for group in groups:
        try:
            documents = documents_of(group)
        except Exception:  # it is queued, and logged when the worker fails with it
            wanted[group] = None
        else:
            wanted[group] = {one.id: StoredDocument(one.group, one.content_hash) for one in documents}
    return wanted


def _compared(wanted: dict[str, StoredDocument], stored: dict[str, StoredDocument]) -> Iterator[Difference]:
    for document_id, document in wanted.items():
        if document_id not in stored:
            yield Difference(MISSING, document_id, document.group)
        elif stored[document_id] != document:
            yield Difference(DIFFERENT, document_id, document.group)
    for document_id in stored.keys() - wanted.keys():
        yield Difference(GHOST, document_id, stored[document_id].group)


def repair(found: Iterable[Difference]) -> None:
    """Remove what is too much and index the groups of the other differences again. Raises ``EngineUnavailable``."""
    found = list(found)
    engine = current_engine()
    if foreign := [difference.id for difference in found if difference.kind == FOREIGN]:
        engine.remove_foreign(foreign)
    if ghosts := [difference.id for difference in found if difference.kind == GHOST]:
        engine.delete(ghosts, version=next_version())
    if found:
        # Kept pages show what the engine found before.
        note_change()
    groups = list(dict.fromkeys(difference.group for difference in found if difference.kind in (MISSING, DIFFERENT)))
    for start in range(0, len(groups), outbox.BATCH):
        index_groups(groups[start : start + outbox.BATCH])


def reconcile(report: Callable[[Difference], None]) -> int:
    """Find all lasting differences, call ``report`` with each, repair them; return how many there were."""
    found = lasting(differences())
    for difference in found:
        report(difference)
    repair(found)
    return len(found)
