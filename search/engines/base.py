"""The contract between the portal and whatever engine answers its public search.

An engine keeps :class:`~core.search_document.SearchDocument` and answers
:class:`~search.criteria.Criteria` with :class:`~search.results.Results`. It knows no models, no requests
and no clock: the moment of a search travels in the criteria. Calls are stateless and may come from any
thread and any process.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.search_document import SearchDocument
from search.criteria import Criteria
from search.facets import CODE_FACETS, INSTANTS, RANGES
from search.results import Results, Suggestion


class EngineUnavailable(Exception):
    """The engine cannot answer or take this now: not there, damaged, outdated or busy.

    A reader gets a degraded answer; a writer keeps its outbox rows and tries again.
    """


class RebuildRunning(EngineUnavailable):
    """Somebody else is rebuilding this index at the moment."""


@dataclass(frozen=True)
class Refusal:
    """A document that the engine will never take as it is; to be parked, not tried again."""

    id: str
    reason: str


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild put into the new index."""

    documents: int
    refusals: tuple[Refusal, ...] = ()


Replay = Callable[[Sequence[str]], Iterable[SearchDocument]]
"""Groups that changed during a rebuild → all documents that they have now, read from the truth."""


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
    """What every engine does. All methods raise :class:`EngineUnavailable` and nothing else of theirs.

    Every write takes a ``version``: a number above those of all earlier writes, taken *before* the
    writer read the truth, so that an engine which may receive writes out of order can leave what is
    newer in place. ``None`` means unversioned, for single writers and tests.
    """

    name: str

    @abstractmethod
    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        """Make each of ``groups`` consist of exactly the given documents; nothing given deletes it.

        The usual write: one call for a batch of groups. Returns the documents that were refused;
        all others are in the index, durably, when the call returns.
        """

    @abstractmethod
    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        """Add ``documents``, replacing those with the same id. Returns those that were refused."""

    @abstractmethod
    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        """Remove documents by id; ids that are not there are no error."""

    @abstractmethod
    def search(self, criteria: Criteria) -> Results:
        """Answer one search: one page of hits, exact totals, facet counts, spelling."""

    @abstractmethod
    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Titles that contain the beginning of every typed word, for readers of ``language``."""

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
        """Make a new index of ``documents`` beside the one that answers, then change over at once.

        ``documents`` must be lazy: it has to start reading when it is first asked for an item, because
        changes are recorded from that moment on. ``replay`` is called with groups that were written
        meanwhile, until none is left. Raises :class:`RebuildRunning` when another rebuild is at it;
        whatever ``documents`` or ``replay`` raise ends the rebuild and leaves the old index answering.
        """

    @abstractmethod
    def hashes(self) -> dict[str, str]:
        """Return id to content hash of everything in the index, to compare it with the truth."""

    @abstractmethod
    def count(self) -> int:
        """Return the number of documents in the index."""

    @abstractmethod
    def destroy(self) -> None:
        """Remove the index and all that belongs to it; nothing there is no error."""

    @abstractmethod
    def is_usable(self) -> bool:
        """Whether the index is there, whole as far as can be seen, and made by this version's rules.

        ``False`` asks for a rebuild. Never raises.
        """
