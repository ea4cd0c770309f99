"""Does the index hold what the database says? The last net under the outbox."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.search_document import SearchDocument
from search import outbox
from search.current_engine import current_engine
from search.group_documents import all_documents
from search.indexing import index_groups
from search.models import IndexTask


@dataclass(frozen=True)
class Difference:
    """One document that is not what it should be: ``missing``, ``different`` or a ``ghost``."""

    kind: str
    id: str
    group: str
    """Its translation group; "" for a ghost, of which the database knows nothing."""


def differences(documents: Iterable[SearchDocument] | None = None) -> Iterator[Difference]:
    """What the index lacks, has otherwise or has too much, by id and content hash.

    documents: everything that there should be, for a caller who counts along. What is still in the
    outbox counts as a difference too. Raises ``EngineUnavailable``.
    """
    indexed = current_engine().hashes()
    for document in all_documents() if documents is None else documents:
        found = indexed.pop(document.id, None)
        if found is None:
            yield Difference("missing", document.id, document.group)
        elif found != document.content_hash:
            yield Difference("different", document.id, document.group)
    for ghost in indexed:
        yield Difference("ghost", ghost, "")


def mend(found: Iterable[Difference]) -> None:
    """Read the groups of ``found`` from the database once more. Raises ``EngineUnavailable``."""
    found = list(found)
    if ghosts := [difference.id for difference in found if difference.kind == "ghost"]:
        current_engine().delete(ghosts)
    groups = list(dict.fromkeys(difference.group for difference in found if difference.group))
    for start in range(0, len(groups), outbox.BATCH):
        index_groups(groups[start : start + outbox.BATCH])


def reconcile(report: Callable[[Difference], None]) -> int:
    """Find all differences, tell ``report`` of each, mend them; return how many there were.

    What still waits in the outbox is the worker's next work, and nothing to report.
    """
    found = list(differences())
    waiting = set(IndexTask.objects.values_list("key", flat=True))
    found = [difference for difference in found if difference.group not in waiting]
    for difference in found:
        report(difference)
    mend(found)
    return len(found)
