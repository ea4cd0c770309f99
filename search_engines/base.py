"""The contract between the portal and the engine that answers its public search.

An engine keeps :class:`~core.search_document.SearchDocument` and answers
:class:`~search_engines.criteria.Criteria` with :class:`~search_engines.results.Results`. It knows no models,
no requests and no current time: the moment of a search is part of the criteria. Calls are stateless and may
come from any thread and any process.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.search_document import SearchDocument
from search_engines.criteria import Criteria
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES
from search_engines.results import Results, Suggestion


class EngineUnavailable(Exception):
    """The engine cannot answer or write now: not reachable, damaged, outdated or busy.

    A reader gets a degraded answer; a writer keeps its outbox rows and tries again. The message names
    the cause in one line.
    """


class RebuildRunning(EngineUnavailable):
    """Another process is rebuilding this index now."""


@dataclass(frozen=True)
class Refusal:
    """A document that was not written, and why: the engine will never accept it as it is."""

    id: str
    reason: str


@dataclass(frozen=True)
class Conflict(Refusal):
    """A document that was not written because the index has a newer version of it."""

    group: str


class StoredDocument(NamedTuple):
    """What the index knows of a document."""

    group: str
    content_hash: str
    """Of what is stored; "" when that is no document any more."""


@dataclass(frozen=True)
class Contents:
    """What is in the index."""

    documents: dict[str, StoredDocument]
    """The portal's documents by their ids."""
    foreign: tuple[str, ...] = ()
    """Names, by which `remove_foreign` finds them, of documents that the portal did not write."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild put into the new index."""

    documents: int
    refusals: tuple[Refusal, ...] = ()


Replay = Callable[[Sequence[str]], Iterable[SearchDocument]]
"""Takes groups that changed during a rebuild; returns all documents that they have now in the database."""


def check_fields(document: SearchDocument) -> None:
    """Raise ``ValueError`` for facets, instants and ranges that the index has no field for."""
    for kind, given, known in (
        ("facet", document.indexed_facets, CODE_FACETS),
        ("instant", document.instants, INSTANTS),
        ("range", document.ranges, RANGES),
    ):
        if unknown := [name for name in given if name not in known]:
            raise ValueError(f"unknown {kind}: {', '.join(unknown)}")


class SearchEngine(ABC):
    """What every engine does. Methods raise :class:`EngineUnavailable`, and nothing else that an engine causes.

    Every write takes a ``version``: a number above those of all earlier writes, drawn *before* the
    writer reads the database, so that an engine which may receive writes out of order can keep what is
    newer. ``None`` means unversioned, for single writers and tests.
    """

    name: str

    # Reading

    @abstractmethod
    def search(self, criteria: Criteria) -> Results:
        """Answer one search: one page of hits, exact totals, facet counts, spelling."""

    @abstractmethod
    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return titles that contain the beginning of every typed word, for readers of ``language``."""

    # Writing

    @abstractmethod
    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        """Make each of ``groups`` consist of exactly the given documents; no documents deletes it.

        The usual write: one call for a batch of groups. Returns the documents that were refused, and a
        :class:`Conflict` for each that is older than what the index has; all others are in the index,
        durably, when the call returns.
        """

    @abstractmethod
    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        """Add ``documents``, replacing those with the same id. Returns as `replace`."""

    @abstractmethod
    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        """Remove documents by id; an id that is not in the index is no error."""

    @abstractmethod
    def destroy(self) -> None:
        """Remove the index and everything that belongs to it; nothing to remove is no error."""

    # Rebuilding

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
        """Build a new index of ``documents`` beside the live one, then switch to it at once.

        ``documents`` must be lazy: it has to start reading when it is first asked for an item, because
        changes are recorded from that moment on. ``replay`` is called with groups that were written
        meanwhile, until none is left. Raises :class:`RebuildRunning` when another rebuild is running;
        what ``documents`` or ``replay`` raise ends the rebuild, and the old index stays live.
        """

    @abstractmethod
    def rebuild_reason(self, *, patient: bool = True) -> str:
        """Return why the index must be rebuilt, in one line; "" when it need not.

        It is missing, damaged as far as can be seen, condemned, or was made by another version. Raises
        ``EngineUnavailable`` when that cannot be known now. patient: wait as long as a writer, not as a reader.
        """

    @abstractmethod
    def condemn(self, reason: str) -> None:
        """Make `rebuild_reason` return ``reason`` until the index is rebuilt; it goes on answering."""

    def is_usable(self) -> bool:
        """Return whether the index answers a reader in time and needs no rebuild. Never raises."""
        try:
            return not self.rebuild_reason(patient=False)
        except EngineUnavailable:
            return False

    # Comparing with the database

    @abstractmethod
    def contents(self, groups: Iterable[str] | None = None) -> Contents:
        """Return what is in the index; with ``groups``, only their documents, and nothing foreign."""

    def hashes(self) -> dict[str, str]:
        """Return id to content hash of every document of the portal in the index."""
        return {document_id: stored.content_hash for document_id, stored in self.contents().documents.items()}

    @abstractmethod
    def remove_foreign(self, names: Iterable[str]) -> None:
        """Remove documents that `contents` called foreign."""

    @abstractmethod
    def count(self) -> int:
        """Return the number of the portal's documents in the index."""

    @abstractmethod
    def newest_version(self) -> int:
        """Return the highest version that was written to the index; 0 when no write had one."""
