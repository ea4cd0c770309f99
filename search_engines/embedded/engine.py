"""The embedded engine: Tantivy within the portal's own processes, so that no server is needed.

Any process may read. The worker writes, or the ``search`` command while no worker runs; if both do,
locks put their batches one after the other.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import tantivy
from tantivy import Occur, Query

from core.search_document import SearchDocument
from search_engines.base import Contents, EngineUnavailable, Rebuilt, Refusal, Replay, SearchEngine, StoredDocument
from search_engines.criteria import Criteria, settled
from search_engines.embedded import suggestions
from search_engines.embedded.answers import Answer
from search_engines.embedded.faults import disk_faults, panics_as_errors
from search_engines.embedded.filling import fill
from search_engines.embedded.generations import Generations
from search_engines.embedded.queries import Queries
from search_engines.embedded.reader import Reader, Snapshot
from search_engines.embedded.schema import SCHEMA
from search_engines.embedded.writer import Batch, open_batch
from search_engines.results import Results, Suggestion

FEW = 50
"""Groups that a rebuild replays while writers wait; more are replayed beside them."""
MAX_ROUNDS = 20
WITHOUT_ID = "documents without an id"
"""The name of all foreign documents together: Tantivy has no other name for one."""


class EmbeddedEngine(SearchEngine):
    """Keeps its index in generations below ``path``."""

    name = "embedded"

    def __init__(self, path: str | os.PathLike):
        self._generations = Generations(path)
        self._reader = Reader(self._generations)

    # Reading

    def search(self, criteria: Criteria) -> Results:
        with self._reading() as snapshot:
            return Answer(snapshot, settled(criteria, Queries(snapshot, criteria).has_phrases)).results()

    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        with self._reading() as snapshot:
            return suggestions.suggest(snapshot, text, language, limit)

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        snapshot = self._reader.snapshot()
        with panics_as_errors():
            yield snapshot

    # Writing

    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        with self._writing(version) as batch:
            self._record(groups)
            for group, documents in groups.items():
                batch.delete("group", group)
                for document in documents:
                    batch.add(document)
        return tuple(batch.refusals)

    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        groups = set()
        with self._writing(version) as batch:
            for document in documents:
                groups.add(document.group)
                batch.add(document)
            self._record(groups)
        return tuple(batch.refusals)

    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        ids = list(ids)
        with self._writing(version) as batch:
            self._record(self._groups_of(ids))
            for document_id in ids:
                batch.delete("id", document_id)

    @contextmanager
    def _writing(self, version: int | None) -> Iterator[Batch]:
        """Yield a batch on the live generation, for the time of one turn."""
        with self._generations.write_turn():
            with disk_faults():
                generation = self._generations.current()
                self._generations.need_current_format(generation)
                path = self._generations.path(generation)
                if version is not None:
                    self._generations.note_version(generation, version)
            with open_batch(path) as batch:
                yield batch

    def _record(self, groups: Iterable[str]) -> None:
        with disk_faults():
            self._generations.record(groups)

    def _groups_of(self, ids: list[str]) -> list[str]:
        with self._reading() as snapshot:
            query = Query.term_set_query(SCHEMA, "id", ids)
            wanted = {"group": {"terms": {"field": "group", "size": len(ids) + 1}}}
            buckets = snapshot.searcher.aggregate(query, wanted)["group"]["buckets"]
            return [bucket["key"] for bucket in buckets]

    def destroy(self) -> None:
        with self._generations.write_turn(), disk_faults():
            self._generations.remove_all()
            self._reader.forget()

    # Rebuilding

    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
        with self._generations.rebuild_lock():
            with self._generations.write_turn(), disk_faults():
                generation = self._generations.begin()
            try:
                refusals = fill(self._generations.path(generation), documents)
                refusals += self._catch_up(generation, replay)
            except BaseException:
                with disk_faults():
                    self._generations.abandon()
                raise
        return Rebuilt(documents=self.count(), refusals=tuple(refusals))

    def _catch_up(self, generation: str, replay: Replay) -> list[Refusal]:
        """Replay what was written meanwhile, the last of it while writers wait, and switch generations."""
        refusals: list[Refusal] = []
        offset = 0
        for _round in range(MAX_ROUNDS):
            with disk_faults():
                groups, end = self._generations.recorded(offset)
            if len(groups) < FEW:
                break
            refusals += self._replay(generation, groups, replay)
            offset = end
        with self._generations.write_turn():
            with disk_faults():
                groups, _end = self._generations.recorded(offset)
            refusals += self._replay(generation, groups, replay)
            with disk_faults():
                self._generations.finish(generation)
        return refusals

    def _replay(self, generation: str, groups: list[str], replay: Replay) -> list[Refusal]:
        if not groups:
            return []
        with open_batch(self._generations.path(generation)) as batch:
            for group in groups:
                batch.delete("group", group)
            for document in replay(groups):
                batch.add(document)
        return batch.refusals

    def rebuild_reason(self, *, patient: bool = True) -> str:
        try:
            generation = self._reader.snapshot().generation
            with disk_faults():
                return self._generations.damage(generation)
        except EngineUnavailable as error:
            # The files are on this machine: what cannot be read now cannot be read later.
            return str(error)

    def condemn(self, reason: str) -> None:
        with disk_faults():
            self._generations.mark_damaged(self._generations.current(), reason)

    # Comparing with the database

    def contents(self, groups: Iterable[str] | None = None) -> Contents:
        with self._reading() as snapshot:
            wanted = Query.all_query() if groups is None else Query.term_set_query(SCHEMA, "group", list(groups))
            found = snapshot.searcher.terms_with_prefix("fingerprint", "", wanted)
            documents = {}
            for term, count in found:
                if count:
                    document_id, group, content_hash = term.rsplit(" ", 2)
                    documents[document_id] = StoredDocument(group, content_hash)
            foreign = groups is None and snapshot.number_of_hits(_without_id())
        return Contents(documents, (WITHOUT_ID,) if foreign else ())

    def remove_foreign(self, names: Iterable[str]) -> None:
        if WITHOUT_ID in names:
            with self._writing(version=None) as batch:
                batch.delete_matches(_without_id())

    def count(self) -> int:
        with self._reading() as snapshot:
            return snapshot.searcher.num_docs

    def newest_version(self) -> int:
        with disk_faults():
            return self._generations.newest_version(self._generations.current())


def _without_id() -> tantivy.Query:
    with_id = Query.exists_query("id")
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, with_id)])
